/** Published systems by name, each as a recipe composed of the other modules' parts. */
package io.halftone.quantizers.catalog;

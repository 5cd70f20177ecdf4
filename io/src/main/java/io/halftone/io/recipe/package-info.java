/**
 * Recipes as JSON: every part, scheme and number in a form to read, edit and keep beside a
 * quantized model.
 */
package io.halftone.io.recipe;

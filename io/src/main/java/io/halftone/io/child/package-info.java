/** Programs in processes of their own, whose crash is an exception here. */
package io.halftone.io.child;

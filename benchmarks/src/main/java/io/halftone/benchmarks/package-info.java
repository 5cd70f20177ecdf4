/** Speed and error side by side, on layers of a trained model. */
package io.halftone.benchmarks;

/** llama.cpp and its tensor library, as the binding for Java bundles them. */
package io.halftone.bridges.llamacpp;

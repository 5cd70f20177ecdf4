/** Small integers packed into bytes, in the orders that file formats use. */
package io.halftone.io.pack;

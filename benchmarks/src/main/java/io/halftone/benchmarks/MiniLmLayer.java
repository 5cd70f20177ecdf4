package io.halftone.benchmarks;

/**
 * The four shapes of linear layer in an encoder block of all-MiniLM-L6-v2, each taken from the
 * fourth of its six blocks.
 */
public enum MiniLmLayer {
  /** Query projection [384, 384]; its input comes out of a normalisation. */
  QUERY("attention/self/query"),
  /** Output projection of the attention [384, 384]; its input is a mean of values. */
  ATTENTION_OUTPUT("attention/output/dense"),
  /** First layer of the feed-forward part [1536, 384]. */
  INTERMEDIATE("intermediate/dense"),
  /**
   * Second layer of the feed-forward part [384, 1536]; its input comes out of an activation
   * function.
   */
  OUTPUT("output/dense");

  private final String path;

  MiniLmLayer(String path) {
    this.path = path;
  }

  /** Name of the layer in the model. */
  public String layerName() {
    return "/encoder/layer.3/" + path + "/MatMul";
  }
}

package io.halftone.examples;

import io.halftone.bridges.nd4j.Nd4jQuantized;
import io.halftone.bridges.nd4j.Nd4jQuantizer;
import io.halftone.core.scheme.Schemes;
import io.halftone.quantizers.catalog.Catalog;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Quantizes an ND4J weight with ND4J activations in one call. */
public final class QuantizeIndArray {
  private QuantizeIndArray() {}

  /** Quantizes a random layer and prints the shapes and the error of the result. */
  public static void main(String[] args) {
    Nd4j.getRandom().setSeed(1);
    INDArray weight = Nd4j.randn(DataType.FLOAT, 96, 256);
    INDArray activations = Nd4j.randn(DataType.FLOAT, 1024, 256);

    Nd4jQuantized q =
        Nd4jQuantizer.quantize("fc", weight, activations, Catalog.gptq(Schemes.W4A16_G32));

    System.out.printf(
        "codes %s, scales %s, decoded %s, output SQNR %.1f dB%n",
        Arrays.toString(q.codes().shape()),
        Arrays.toString(q.scales().shape()),
        Arrays.toString(q.decoded().shape()),
        q.report().outputSqnrDb());
  }
}

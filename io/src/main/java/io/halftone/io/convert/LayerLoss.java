package io.halftone.io.convert;

import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.tensor.FloatMatrix;

/**
 * What a layer loses on its way into another format.
 *
 * @param layer its name
 * @param reason what the format cannot hold
 * @param relativeError ‖W' − W‖² / ‖W‖² of the decoded weights, no unit
 * @param maxAbsError largest difference of a decoded weight
 */
public record LayerLoss(String layer, String reason, double relativeError, double maxAbsError) {
  /** Compares what a layer decodes to before and after. */
  static LayerLoss of(String reason, QuantizedLinear before, QuantizedLinear after) {
    return of(before.name(), reason, before.decode(), after.decode());
  }

  /** Compares two weights. */
  public static LayerLoss of(String layer, String reason, FloatMatrix before, FloatMatrix after) {
    float[] old = before.data();
    float[] now = after.data();
    double error = 0;
    double size = 0;
    double most = 0;
    for (int i = 0; i < old.length; i++) {
      double difference = (double) now[i] - old[i];
      error += difference * difference;
      size += (double) old[i] * old[i];
      most = Math.max(most, Math.abs(difference));
    }
    return new LayerLoss(layer, reason, size == 0 ? error : error / size, most);
  }
}

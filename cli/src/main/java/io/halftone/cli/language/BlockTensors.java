package io.halftone.cli.language;

import io.halftone.calibration.LayerResult;
import io.halftone.calibration.decoder.FloatLinear;
import io.halftone.calibration.decoder.LinearLayer;
import io.halftone.calibration.decoder.Norm;
import io.halftone.calibration.decoder.QuantizedBlock;
import io.halftone.calibration.decoder.Sublayer;
import io.halftone.core.model.LayerCodec;
import io.halftone.core.model.StoredTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** The tensors of a block that a run changed, as its checkpoint holds them. */
final class BlockTensors {
  private final ModelTensors source;
  private final LayerCodec codec;
  private final List<StoredTensor> tensors = new ArrayList<>();

  private BlockTensors(ModelTensors source, LayerCodec codec) {
    this.source = source;
    this.codec = codec;
  }

  /**
   * Packed layers, and as F32 the norms and float layers that a transform was folded into.
   *
   * @throws IllegalArgumentException if the format cannot hold a layer; names it
   */
  static List<StoredTensor> of(QuantizedBlock block, LayerCodec codec, ModelTensors source) {
    BlockTensors tensors = new BlockTensors(source, codec);
    for (int h = 0; h < block.halves().size(); h++) {
      Sublayer exact = block.exact().sublayers().get(h);
      tensors.add(exact, block.folded().get(h), block.halves().get(h).layers());
    }
    return tensors.tensors;
  }

  private void add(Sublayer exact, Sublayer folded, List<LayerResult> results) {
    if (folded.norm().gain() != exact.norm().gain()) {
      Norm norm = folded.norm();
      add(norm.name() + ".weight", norm.storedWeight());
      add(norm.name() + ".bias", norm.bias());
    }
    for (int i = 0; i < results.size(); i++) {
      LayerResult result = results.get(i);
      if (result.layer().isPresent()) {
        tensors.addAll(codec.encode(result.layer().get()));
      } else {
        addFloat(named(exact, result.name()), named(folded, result.name()));
      }
    }
  }

  private static FloatLinear named(Sublayer half, String name) {
    for (LinearLayer linear : half.linears()) {
      if (linear.name().equals(name)) {
        return (FloatLinear) linear;
      }
    }
    throw new IllegalArgumentException(half.name() + " has no layer " + name);
  }

  private void addFloat(FloatLinear exact, FloatLinear folded) {
    if (folded.weight().data() != exact.weight().data()) {
      add(folded.name() + ".weight", folded.weight().data());
      add(folded.name() + ".bias", folded.bias());
    }
  }

  private void add(String name, float[] values) {
    if (values.length == 0) {
      return;
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    tensors.add(new StoredTensor(name, "F32", source.shape(name), bytes));
  }
}

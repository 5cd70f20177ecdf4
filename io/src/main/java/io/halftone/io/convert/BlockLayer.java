package io.halftone.io.convert;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.gguf.block.BlockEncoding;
import io.halftone.io.gguf.block.BlockTensors;
import io.halftone.io.gguf.block.BlockType;
import io.halftone.io.gguf.block.Importance;
import java.util.Optional;

/** A quantized layer said in blocks of GGUF. */
final class BlockLayer {
  private BlockLayer() {}

  /**
   * The blocks that decode to the layer's values, to the bit.
   *
   * @param blocks rows one after the other; empty if there is an obstacle
   * @param obstacle to these blocks, as a phrase that completes "it has"
   */
  record Result(Optional<byte[]> blocks, String obstacle) {}

  /** The layer in a type's blocks, if they hold it exactly. */
  static Result exactly(QuantizedLinear layer, BlockType type) {
    if (layer.branches().size() != 1
        || !(layer.branches().get(0).weight() instanceof GridTensor tensor)) {
      return refused("more than codes on one grid");
    }
    if (!layer.online().isIdentity()) {
      return refused("groups of channels that are not neighbours");
    }
    if (!layer.input().isFull()) {
      return refused("quantized inputs, which GGUF leaves in float");
    }
    if (layer.in() % type.codec().blockSize() != 0) {
      return refused("rows of " + layer.in() + ", no whole blocks of " + type.codec().blockSize());
    }
    BlockTensors blocks = BlockTensors.of(type);
    Regrid.Result said = Regrid.exactly(tensor, blocks.scheme());
    return said.tensor().isPresent()
        ? new Result(Optional.of(blocks.write(said.tensor().get())), "")
        : refused(said.obstacle());
  }

  private static Result refused(String obstacle) {
    return new Result(Optional.empty(), obstacle);
  }

  /** What rounding the layer's values to a type's grid costs. */
  static LayerLoss rounded(
      QuantizedLinear layer, BlockType type, String obstacle, Compute compute) {
    FloatMatrix before = layer.decode();
    byte[] blocks =
        new BlockEncoding(type, Importance.UNIFORM, compute).encode(layer.name(), before);
    FloatMatrix after = FloatMatrix.zeros(before.rows(), before.cols());
    type.codec().decode(blocks, 0, after.data(), 0, after.data().length);
    return LayerLoss.of(layer.name(), obstacle, before, after);
  }
}

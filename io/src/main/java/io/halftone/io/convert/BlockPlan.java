package io.halftone.io.convert;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.io.gguf.block.BlockTensors;
import io.halftone.io.gguf.block.BlockType;
import io.halftone.io.gguf.model.TypePlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the layers of a quantized model become blocks of a GGUF file, found by converting every layer
 * once without writing.
 *
 * @param exact type of every layer whose values stay to the bit
 * @param losses of the other layers, which are rounded
 */
public record BlockPlan(Map<String, BlockType> exact, List<LayerLoss> losses) {
  /** Takes copies. */
  public BlockPlan {
    exact = Map.copyOf(exact);
    losses = List.copyOf(losses);
  }

  /** Whether every value stays to the bit. */
  public boolean isLossless() {
    return losses.isEmpty();
  }

  /**
   * Plans every layer in the narrowest type that holds it exactly.
   *
   * @throws IllegalArgumentException if there is none for a layer; names the layer and what it has
   * @throws IOException if the model cannot be read
   */
  public static BlockPlan narrowest(QuantizedSource source) throws IOException {
    Map<String, BlockType> exact = new LinkedHashMap<>();
    for (String name : source.layers()) {
      QuantizedLinear layer = source.layer(name);
      Optional<BlockType> type =
          BlockTensors.types().stream()
              .filter(candidate -> BlockLayer.exactly(layer, candidate).blocks().isPresent())
              .findFirst();
      exact.put(
          name,
          type.orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "no block type of GGUF holds layer "
                          + name
                          + " exactly: it has "
                          + BlockLayer.exactly(layer, BlockType.Q8_0).obstacle()
                          + "; name a type, such as gguf-q4_k, and accept the loss")));
    }
    return new BlockPlan(exact, List.of());
  }

  /**
   * Plans every layer in one type, or in the type that llama.cpp takes in its place where the
   * blocks do not divide the rows.
   *
   * @param compute where rounded layers are encoded to learn their loss
   * @throws IOException if the model cannot be read
   */
  public static BlockPlan of(QuantizedSource source, TypePlan types, Compute compute)
      throws IOException {
    Map<String, BlockType> exact = new LinkedHashMap<>();
    List<LayerLoss> losses = new ArrayList<>();
    for (String name : source.layers()) {
      QuantizedLinear layer = source.layer(name);
      BlockType type = types.linear(layer.in());
      BlockLayer.Result said =
          BlockTensors.types().contains(type)
              ? BlockLayer.exactly(layer, type)
              : new BlockLayer.Result(Optional.empty(), "codes on an even grid");
      if (said.blocks().isPresent()) {
        exact.put(name, type);
      } else {
        LayerLoss loss = BlockLayer.rounded(layer, type, said.obstacle(), compute);
        if (loss.maxAbsError() > 0) {
          losses.add(loss);
        }
      }
    }
    return new BlockPlan(exact, losses);
  }
}

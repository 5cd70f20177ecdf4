package io.halftone.cli.language;

import io.halftone.core.recipe.NameFilter;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.recipe.Step;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.io.gguf.block.BlockGrid;
import io.halftone.io.gguf.block.BlockTensors;
import io.halftone.io.gguf.block.BlockType;
import io.halftone.io.gguf.block.InBlocks;
import io.halftone.io.gguf.model.TypePlan;
import io.halftone.quantizers.rounding.Gptq;
import io.halftone.quantizers.rounding.GroupFit;
import io.halftone.quantizers.rounding.QuantEase;
import io.halftone.quantizers.rounding.Rtn;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A recipe whose codes lie inside the blocks of a GGUF file: its solvers, on the grids that the
 * block encoders fit, one step per type. Its transforms stay; the recipe's scheme is what they are
 * searched with.
 */
public final class BlockRecipe {
  private final Recipe recipe;

  private BlockRecipe(Recipe recipe) {
    this.recipe = recipe;
  }

  /**
   * The recipe for a model.
   *
   * @param type of the layers whose rows it divides; others get llama.cpp's type in its place
   * @param layers which may be quantized at all
   * @throws IllegalArgumentException if the recipe has a part that chooses scales of its own, or a
   *     layer's type has no codes that a solver could find; names it
   */
  public static Recipe of(Recipe recipe, BlockType type, LanguageModel model, NameFilter layers) {
    return new BlockRecipe(recipe).inBlocks(patterns(type, model, layers));
  }

  /** Patterns of the layers of each type: every block has the same shapes. */
  private static Map<BlockType, Set<String>> patterns(
      BlockType type, LanguageModel model, NameFilter layers) {
    TypePlan plan = new TypePlan(type);
    Map<BlockType, Set<String>> patterns = new TreeMap<>();
    for (String tensor : model.tensors().names()) {
      String layer = tensor.replaceFirst("\\.weight$", "");
      if (layer.equals(tensor)
          || !layer.startsWith("model.layers.")
          || model.tensors().shape(tensor).size() != 2
          || !layers.accepts(layer)) {
        continue;
      }
      long cols = model.tensors().shape(tensor).get(1);
      BlockType found = plan.linear(cols);
      if (!BlockTensors.types().contains(found)) {
        throw new IllegalArgumentException(
            "layer "
                + layer
                + " has rows of "
                + cols
                + " weights, which a file of "
                + type
                + " holds as "
                + found
                + ", whose codes no solver finds; choose another format, or leave such layers out"
                + " with --exclude: the encoder of "
                + found
                + " then rounds them");
      }
      patterns
          .computeIfAbsent(found, key -> new LinkedHashSet<>())
          .add(layer.replaceFirst("^model\\.layers\\.\\d+", "*"));
    }
    return patterns;
  }

  private Recipe inBlocks(Map<BlockType, Set<String>> patterns) {
    Recipe result = Recipe.of(recipe.name(), recipe.scheme());
    for (Step step : recipe.steps()) {
      if (step instanceof Step.QuantizeLinears quantize) {
        requireAll(quantize.layers());
        for (Map.Entry<BlockType, Set<String>> entry : patterns.entrySet()) {
          BlockType type = entry.getKey();
          result =
              result.then(
                  new Step.QuantizeLinears(
                      new InBlocks(type, on(new BlockGrid(type), quantize.part())),
                      new NameFilter(entry.getValue().stream().toList(), List.of())));
        }
      } else {
        result = result.then(step);
      }
    }
    return result;
  }

  private void requireAll(NameFilter layers) {
    if (!layers.equals(NameFilter.ALL)) {
      throw new IllegalArgumentException(
          "recipe " + recipe.name() + " chooses layers by name, which types of a GGUF file do");
    }
  }

  private LinearQuantizer on(GridFitter grid, LinearQuantizer solver) {
    if (solver instanceof Rtn) {
      return new Rtn(grid);
    }
    if (solver instanceof Gptq gptq) {
      return new Gptq(gptq.damping(), gptq.blockSize(), gptq.order(), GroupFit.STATIC, grid);
    }
    if (solver instanceof QuantEase descent) {
      return new QuantEase(on(grid, descent.start()), descent.sweeps(), descent.relaxations());
    }
    throw new IllegalArgumentException(
        "recipe "
            + recipe.name()
            + " has "
            + solver.getClass().getSimpleName()
            + ", which does not keep to the scales of blocks; those that do are Rtn, Gptq and"
            + " QuantEase, as in --recipe quantease");
  }
}

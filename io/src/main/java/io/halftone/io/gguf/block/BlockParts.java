package io.halftone.io.gguf.block;

import io.halftone.core.spi.Part;
import io.halftone.core.spi.PartProvider;
import java.util.List;

/** Lists the parts for blocks of GGUF, for recipe files and the command line. */
public final class BlockParts implements PartProvider {
  /** For the service loader. */
  public BlockParts() {}

  @Override
  public List<Class<? extends Part>> parts() {
    return List.of(BlockGrid.class, InBlocks.class);
  }
}

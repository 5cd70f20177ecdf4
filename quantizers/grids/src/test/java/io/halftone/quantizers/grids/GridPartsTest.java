package io.halftone.quantizers.grids;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.Part;
import io.halftone.core.spi.PartProvider;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class GridPartsTest {
  /** The service loader finds every fitter of the module. */
  @Test
  void isFoundAsAService() {
    List<Class<? extends Part>> parts =
        ServiceLoader.load(PartProvider.class).stream()
            .filter(provider -> provider.type() == GridParts.class)
            .flatMap(provider -> provider.get().parts().stream())
            .toList();
    assertEquals(13, parts.size());
    for (Class<? extends Part> part : parts) {
      assertTrue(part.isRecord() && GridFitter.class.isAssignableFrom(part), part::getName);
    }
  }
}

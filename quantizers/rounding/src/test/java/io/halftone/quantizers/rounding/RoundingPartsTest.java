package io.halftone.quantizers.rounding;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.spi.Part;
import io.halftone.core.spi.PartProvider;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class RoundingPartsTest {
  @Test
  void serviceLoaderFindsRecordsOnly() {
    List<Class<? extends Part>> parts =
        ServiceLoader.load(PartProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(RoundingParts.class::isInstance)
            .flatMap(provider -> provider.parts().stream())
            .toList();
    assertTrue(parts.contains(Gptq.class));
    assertTrue(parts.stream().allMatch(Class::isRecord));
  }
}

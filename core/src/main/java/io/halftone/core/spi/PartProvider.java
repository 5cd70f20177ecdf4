package io.halftone.core.spi;

import java.util.List;

/**
 * Names the parts of a module for recipe files and the command line; found by {@link
 * java.util.ServiceLoader}.
 */
public interface PartProvider {
  /** Record classes; a part's name in a file is its simple class name. */
  List<Class<? extends Part>> parts();
}

package io.halftone.bridges.llamacpp;

import java.util.Locale;

/** Where the binding keeps the library of this platform. */
final class Platform {
  private Platform() {}

  static String resource() {
    return resource(System.getProperty("os.name"), System.getProperty("os.arch"));
  }

  static String resource(String system, String architecture) {
    String name = system.toLowerCase(Locale.ROOT);
    String arch = architecture.equals("amd64") ? "x86_64" : architecture;
    if (name.startsWith("windows")) {
      return "/de/kherud/llama/Windows/" + arch + "/jllama.dll";
    }
    if (name.startsWith("mac")) {
      return "/de/kherud/llama/Mac/" + arch + "/libjllama.dylib";
    }
    return "/de/kherud/llama/Linux/" + arch + "/libjllama.so";
  }
}

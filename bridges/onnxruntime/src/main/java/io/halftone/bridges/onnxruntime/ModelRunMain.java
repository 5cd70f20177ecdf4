package io.halftone.bridges.onnxruntime;

import io.halftone.bridges.onnxruntime.ExchangeDirectory.Kind;
import io.halftone.io.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What {@link ChildRuntime} starts: runs a model file, and a copy that returns more tensors, over a
 * directory of batches.
 */
final class ModelRunMain {
  private ModelRunMain() {}

  /**
   * Runs to the end or throws, which ends the process with a stack trace and exit code 1.
   *
   * @param args exchange directory, model file, run mode, number of threads
   */
  public static void main(String[] args) throws IOException {
    ExchangeDirectory exchange = new ExchangeDirectory(Path.of(args[0]));
    Path model = Path.of(args[1]);
    RunMode mode = RunMode.valueOf(args[2]);
    OrderedRuns runs = new OrderedRuns(Integer.parseInt(args[3]));
    List<String> exposed = exchange.readExposed();
    try (Session session = Session.open(model, mode)) {
      run(session, session.floatOutputs(), exchange, Kind.OUTPUT, runs);
    }
    if (!exposed.isEmpty()) {
      OnnxModel read = OnnxModel.read(model);
      Set<String> written = new LinkedHashSet<>(exposed);
      written.removeIf(read.graph()::isInput);
      try (Session session = Session.open(ExposedModel.expose(read, written), model, mode)) {
        session.requireFloat(written);
        run(session, session.floatOutputs(), exchange, Kind.EXPOSED, runs);
      }
    }
  }

  private static void run(
      Session session, Set<String> outputs, ExchangeDirectory exchange, Kind kind, OrderedRuns runs)
      throws IOException {
    if (outputs.isEmpty()) {
      throw new IOException("the model has no float32 output");
    }
    int[] index = {0};
    runs.stream(
        exchange.inputs(),
        batch -> session.run(batch, outputs),
        tensors -> exchange.write(kind, index[0]++, tensors));
  }
}

package io.halftone.cli.language;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.halftone.io.AtomicFile;
import io.halftone.io.TensorData;
import io.halftone.io.recipe.RecipeJson;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What a quantized checkpoint was made of and what is in it. Nothing in it differs between
 * machines, threads or runs.
 *
 * @param halftone version of the program
 * @param recipe as a recipe file has it
 * @param propagation what layers were calibrated on
 * @param format of the layers
 * @param fallback method allowed in the place of one that fails, or {@code none}
 * @param include patterns of the layers that were quantized; all if empty
 * @param exclude patterns of layers that were not
 * @param seed of every random choice
 * @param algebra which linear algebra computed
 * @param calibrationTokens number of tokens
 * @param calibrationSha256 of the tokens, and of their weights where these are not all 1
 * @param weightsSha256 of each file of the float model's weights
 * @param layers how each ended, in the order they run
 * @param tensors of the checkpoint, in the order of the model
 */
public record Manifest(
    String halftone,
    JsonNode recipe,
    String propagation,
    String format,
    String fallback,
    List<String> include,
    List<String> exclude,
    long seed,
    String algebra,
    long calibrationTokens,
    String calibrationSha256,
    List<String> weightsSha256,
    List<LayerFacts> layers,
    List<Tensor> tensors) {
  /** Its name in the checkpoint's directory. */
  public static final String FILE = "halftone-manifest.json";

  /**
   * A tensor of the checkpoint.
   *
   * @param name in the file
   * @param type of its elements
   * @param shape outermost extent first
   * @param sha256 of its bytes
   */
  public record Tensor(String name, String type, List<Long> shape, String sha256) {
    static Tensor of(TensorData data) throws IOException {
      MessageDigest digest = Fingerprint.sha256();
      try (DigestOutputStream out =
          new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
        data.writeTo(Channels.newChannel(out));
      }
      return new Tensor(
          data.entry().name(),
          data.entry().type(),
          data.entry().shape(),
          HexFormat.of().formatHex(digest.digest()));
    }

    static List<Tensor> all(List<TensorData> data) throws IOException {
      List<Tensor> tensors = new ArrayList<>();
      for (TensorData tensor : data) {
        tensors.add(of(tensor));
      }
      return tensors;
    }
  }

  static Manifest of(
      RunSettings settings, List<String> weightHashes, StoredBlocks blocks, List<Tensor> tensors)
      throws IOException {
    return new Manifest(
        settings.version(),
        new ObjectMapper().readTree(RecipeJson.write(settings.pipeline().recipe())),
        settings.propagation().name(),
        settings.format().id(),
        settings.pipeline().fallback().name(),
        settings.pipeline().layers().include(),
        settings.pipeline().layers().exclude(),
        settings.pipeline().compute().seed(),
        settings.pipeline().compute().algebra().name(),
        settings.calibration().tokens(),
        settings.tokenHash(),
        weightHashes,
        blocks.facts(),
        tensors);
  }

  /**
   * Reads the manifest of a checkpoint.
   *
   * @param path its directory, or the manifest itself
   * @throws IOException if it is missing or malformed
   */
  public static Manifest read(Path path) throws IOException {
    Path file = Files.isDirectory(path) ? path.resolve(FILE) : path;
    try {
      return new ObjectMapper().readValue(Files.readAllBytes(file), Manifest.class);
    } catch (JsonProcessingException e) {
      throw new IOException(file + " is no manifest: " + e.getOriginalMessage(), e);
    }
  }

  void write(Path directory) throws IOException {
    ByteBuffer text =
        StandardCharsets.UTF_8.encode(
            new ObjectMapper().valueToTree(this).toPrettyString().replace("\r\n", "\n") + "\n");
    AtomicFile.write(directory.resolve(FILE), channel -> TensorData.writeFully(channel, text));
  }
}

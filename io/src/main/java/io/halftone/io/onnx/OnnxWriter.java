package io.halftone.io.onnx;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.halftone.io.AtomicFile;
import io.halftone.io.TensorData;
import io.halftone.io.onnx.proto.GraphProto;
import io.halftone.io.onnx.proto.ModelProto;
import io.halftone.io.onnx.proto.StringStringEntryProto;
import io.halftone.io.onnx.proto.TensorProto;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/** Lays a model out in one file, or in a small file and a data file. */
final class OnnxWriter {
  private static final int ALIGNMENT = 4096;
  private static final int SMALLEST_EXTERNAL = 1024;
  private static final int CHUNK = 1 << 20;
  private static final int DIGITS = 16;
  private static final String DATA = ".data";

  private final OnnxModel model;

  OnnxWriter(OnnxModel model) {
    this.model = model;
  }

  void write(Path file, long threshold) throws IOException {
    ModelProto proto = model.proto();
    long total = proto.getSerializedSize();
    for (TensorProto tensor : proto.getGraph().getInitializerList()) {
      total += ExternalData.isExternal(tensor) ? size(tensor) : 0;
    }
    boolean oneFile = proto.getSerializedSize() >= 0 && total <= threshold;
    Path data =
        file.resolveSibling(file.getFileName() + "." + (oneFile ? "" : digest(proto)) + DATA);
    writeModel(file, oneFile ? inline(proto) : externalize(proto, data));
    removeOthers(file.toAbsolutePath(), data.getFileName().toString());
  }

  /**
   * Names a data file by its content: one of other content, which the old model reads, stays until
   * the new model is there.
   */
  private String digest(ModelProto proto) throws IOException {
    MessageDigest sha = sha256();
    for (TensorProto tensor : proto.getGraph().getInitializerList()) {
      if (isLarge(tensor)) {
        long length = length(tensor);
        sha.update(ByteBuffer.allocate(Long.BYTES).putLong(length).flip());
        for (long done = 0; done < length; done += CHUNK) {
          sha.update(model.reader().raw(tensor, done, (int) Math.min(CHUNK, length - done)));
        }
      }
    }
    return HexFormat.of().formatHex(sha.digest(), 0, DIGITS / 2);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Removes the data files of models that were replaced. */
  private static void removeOthers(Path file, String data) throws IOException {
    String own = file.getFileName().toString();
    Pattern named = Pattern.compile(Pattern.quote(own) + "\\.[0-9a-f]{" + DIGITS + "}\\" + DATA);
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(
            file.getParent(),
            other ->
                named.matcher(other.getFileName().toString()).matches() && !other.endsWith(data))) {
      for (Path other : files) {
        Files.deleteIfExists(other);
      }
    }
  }

  private static long length(TensorProto tensor) throws IOException {
    return ExternalData.isExternal(tensor) ? size(tensor) : tensor.getRawData().size();
  }

  private static long size(TensorProto tensor) throws IOException {
    ElementType type =
        ElementType.of(tensor.getDataType())
            .orElseThrow(
                () ->
                    new IOException(
                        "external tensor "
                            + tensor.getName()
                            + " has element type "
                            + tensor.getDataType()));
    return TensorReader.rawBytes(TensorReader.elements(tensor), type);
  }

  private ModelProto inline(ModelProto proto) throws IOException {
    ModelProto.Builder result = proto.toBuilder();
    GraphProto.Builder graph = result.getGraphBuilder();
    for (int i = 0; i < graph.getInitializerCount(); i++) {
      TensorProto tensor = graph.getInitializer(i);
      if (ExternalData.isExternal(tensor)) {
        ByteBuffer values = model.reader().raw(tensor, 0, Math.toIntExact(size(tensor)));
        graph.setInitializer(
            i,
            tensor.toBuilder()
                .clearExternalData()
                .clearDataLocation()
                .setRawData(UnsafeByteOperations.unsafeWrap(values)));
      }
    }
    return result.build();
  }

  private ModelProto externalize(ModelProto proto, Path data) throws IOException {
    List<TensorProto> moved = new ArrayList<>();
    AtomicFile.write(
        data,
        channel -> {
          for (TensorProto tensor : proto.getGraph().getInitializerList()) {
            moved.add(
                isLarge(tensor) ? move(tensor, data.getFileName().toString(), channel) : tensor);
          }
        });
    ModelProto.Builder result = proto.toBuilder();
    result.getGraphBuilder().clearInitializer().addAllInitializer(moved);
    return result.build();
  }

  private static boolean isLarge(TensorProto tensor) {
    return ExternalData.isExternal(tensor) || tensor.getRawData().size() >= SMALLEST_EXTERNAL;
  }

  private TensorProto move(TensorProto tensor, String location, FileChannel channel)
      throws IOException {
    long offset = (channel.position() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    TensorData.writeFully(channel, ByteBuffer.allocate((int) (offset - channel.position())));
    long length = length(tensor);
    for (long done = 0; done < length; done += CHUNK) {
      TensorData.writeFully(
          channel, model.reader().raw(tensor, done, (int) Math.min(CHUNK, length - done)));
    }
    return tensor.toBuilder()
        .clearRawData()
        .clearExternalData()
        .addExternalData(entry("location", location))
        .addExternalData(entry("offset", Long.toString(offset)))
        .addExternalData(entry("length", Long.toString(length)))
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .build();
  }

  private static void writeModel(Path file, ModelProto proto) throws IOException {
    AtomicFile.write(
        file,
        channel -> {
          OutputStream out = Channels.newOutputStream(channel);
          CodedOutputStream coded = CodedOutputStream.newInstance(out, CHUNK);
          coded.useDeterministicSerialization();
          proto.writeTo(coded);
          coded.flush();
        });
  }

  static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}

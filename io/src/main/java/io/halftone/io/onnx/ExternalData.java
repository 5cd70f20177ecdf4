package io.halftone.io.onnx;

import io.halftone.io.onnx.proto.StringStringEntryProto;
import io.halftone.io.onnx.proto.TensorProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Where the values of an external tensor lie.
 *
 * @param tensor name of the tensor, for messages
 * @param file inside the model's directory
 * @param offset first byte
 * @param length number of bytes, or -1 when the model does not say
 */
record ExternalData(String tensor, Path file, long offset, long length) {

  static boolean isExternal(TensorProto tensor) {
    return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
  }

  /**
   * Resolves a tensor's location.
   *
   * @throws IOException if the location is missing, malformed or leads out of the directory
   */
  static ExternalData of(TensorProto tensor, Path directory) throws IOException {
    String location = "";
    long offset = 0;
    long length = -1;
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      switch (entry.getKey()) {
        case "location":
          location = entry.getValue();
          break;
        case "offset":
          offset = number(tensor, entry);
          break;
        case "length":
          length = number(tensor, entry);
          break;
        default:
          break;
      }
    }
    return new ExternalData(tensor.getName(), resolve(tensor, location, directory), offset, length);
  }

  /** Checks that the file holds the values in full. */
  void check(long bytes) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("the data file " + file + " of tensor " + tensor + " is missing");
    }
    if (length >= 0 && length != bytes) {
      throw new IOException(
          "tensor " + tensor + " needs " + bytes + " bytes, the model announces " + length);
    }
    long size = Files.size(file);
    if (offset > size || bytes > size - offset) {
      throw new IOException(
          "tensor "
              + tensor
              + " needs bytes "
              + offset
              + " to "
              + (offset + bytes)
              + " of "
              + file
              + ", which has "
              + size);
    }
  }

  private static Path resolve(TensorProto tensor, String location, Path directory)
      throws IOException {
    try {
      Path relative = Path.of(location);
      Path base = directory.toAbsolutePath().normalize();
      Path file = base.resolve(relative).normalize();
      if (location.isEmpty()
          || relative.isAbsolute()
          || !file.startsWith(base)
          || file.equals(base)) {
        throw new IOException(
            "tensor "
                + tensor.getName()
                + " refers to \""
                + location
                + "\", which is not a file below the model's directory");
      }
      return file;
    } catch (InvalidPathException e) {
      throw new IOException(
          "tensor " + tensor.getName() + " refers to a malformed path: " + e.getMessage(), e);
    }
  }

  private static long number(TensorProto tensor, StringStringEntryProto entry) throws IOException {
    if (!entry.getValue().matches("\\d{1,18}")) {
      throw new IOException(
          "tensor "
              + tensor.getName()
              + " has external "
              + entry.getKey()
              + " \""
              + entry.getValue()
              + "\"");
    }
    return Long.parseLong(entry.getValue());
  }
}

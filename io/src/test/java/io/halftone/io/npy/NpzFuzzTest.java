package io.halftone.io.npy;

import io.halftone.io.MalformedFileException;
import io.halftone.testkit.ReaderFuzzContract;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

class NpzFuzzTest extends ReaderFuzzContract {
  @Override
  protected List<byte[]> originals() throws IOException {
    return List.of(archive(ZipOutputStream.DEFLATED), archive(ZipOutputStream.STORED));
  }

  private static byte[] archive(int method) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      entry(zip, method, "x", NpyFileTest.npy(1, "<i8", false, "(2,)", new byte[16]));
      entry(zip, method, "y", NpyFileTest.npy(1, "<f4", true, "(2, 2)", new byte[16]));
    }
    return bytes.toByteArray();
  }

  static void entry(ZipOutputStream zip, int method, String name, byte[] content)
      throws IOException {
    ZipEntry entry = new ZipEntry(name + ".npy");
    entry.setMethod(method);
    if (method == ZipOutputStream.STORED) {
      entry.setSize(content.length);
      entry.setCrc(crc(content));
    }
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private static long crc(byte[] content) {
    CRC32 crc = new CRC32();
    crc.update(content);
    return crc.getValue();
  }

  @Override
  protected List<String> words() {
    return NpyFuzzTest.WORDS;
  }

  @Override
  protected Pattern place() {
    return Pattern.compile("offset \\d+|entry |zip directory");
  }

  @Override
  protected void read(Path file) throws IOException {
    NpzFile.read(file).values().forEach(NpyArray::toFloats);
  }

  @Override
  protected Class<? extends IOException> refusal() {
    return MalformedFileException.class;
  }

  @Override
  protected String fileName() {
    return "m.npz";
  }
}

package io.halftone.io.npy;

import io.halftone.io.AtomicFile;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** NumPy's {@code .npz} archives: a zip of {@code .npy} entries, stored or deflated. */
public final class NpzFile {
  private static final String SUFFIX = ".npy";
  private static final LocalDateTime FIXED_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private NpzFile() {}

  /**
   * Reads every array of an archive.
   *
   * @return arrays by name, without the suffix {@code .npy}, in the archive's order
   * @throws IOException if the file is missing, not a zip archive, damaged, has two entries of one
   *     name or an entry that is not an array
   */
  public static Map<String, NpyArray> read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString(), null, "not a file");
    }
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toString())) {
      List<? extends ZipEntry> entries = zip.stream().collect(Collectors.toList());
      for (ZipEntry entry : entries) {
        if (entry.isDirectory()) {
          continue;
        }
        if (arrays.put(arrayName(entry.getName()), readEntry(zip, entry, file)) != null) {
          throw new IOException(file + ": two entries are named " + entry.getName());
        }
      }
    } catch (IllegalArgumentException | IllegalStateException | EOFException | ZipException e) {
      throw new IOException(file + " is not a readable zip archive: " + e.getMessage(), e);
    }
    return arrays;
  }

  /**
   * Writes an archive of stored (not compressed) entries in the map's order; the bytes depend on
   * the arrays only.
   *
   * @param file replaced in one step
   */
  public static void write(Path file, Map<String, NpyArray> arrays) throws IOException {
    AtomicFile.write(
        file,
        channel -> {
          OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
          ZipOutputStream zip = new ZipOutputStream(out);
          for (Map.Entry<String, NpyArray> entry : arrays.entrySet()) {
            writeEntry(zip, entry.getKey() + SUFFIX, entry.getValue());
          }
          zip.finish();
          out.flush();
        });
  }

  private static NpyArray readEntry(ZipFile zip, ZipEntry entry, Path file) throws IOException {
    try (InputStream in = zip.getInputStream(entry)) {
      if (in == null) {
        throw new IOException(file + ": entry " + entry.getName() + " is missing");
      }
      return NpyFile.readArray(new BufferedInputStream(in, 1 << 16), file + "!" + entry.getName());
    } catch (EOFException | ZipException e) {
      throw new IOException(file + "!" + entry.getName() + " is damaged: " + e.getMessage(), e);
    }
  }

  private static void writeEntry(ZipOutputStream zip, String name, NpyArray array)
      throws IOException {
    byte[] header = NpyHeader.encode(array.type(), array.shape());
    ByteBuffer data = array.data().duplicate();
    CRC32 crc = new CRC32();
    crc.update(header);
    crc.update(data.duplicate());
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setTimeLocal(FIXED_TIME);
    entry.setSize((long) header.length + data.remaining());
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(header);
    byte[] chunk = new byte[1 << 16];
    while (data.hasRemaining()) {
      int count = Math.min(chunk.length, data.remaining());
      data.get(chunk, 0, count);
      zip.write(chunk, 0, count);
    }
    zip.closeEntry();
  }

  private static String arrayName(String entry) {
    return entry.endsWith(SUFFIX) ? entry.substring(0, entry.length() - SUFFIX.length()) : entry;
  }
}

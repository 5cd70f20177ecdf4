package io.halftone.io.npy;

import io.halftone.io.AtomicFile;
import io.halftone.io.MalformedFileException;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** NumPy's {@code .npz} archives: a zip of {@code .npy} entries, stored or deflated. */
public final class NpzFile {
  private static final String SUFFIX = ".npy";

  /** The deflate format cannot make more bytes than this of one. */
  private static final long MAX_DEFLATION = 1032;

  private static final LocalDateTime FIXED_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private NpzFile() {}

  /**
   * Reads every array of an archive.
   *
   * @return arrays by name, without the suffix {@code .npy}, in the archive's order
   * @throws NoSuchFileException if the file is missing
   * @throws MalformedFileException if it is not a zip archive, damaged, has two entries of one name
   *     or an entry that is not an array; entries that are not as long as the archive says, or
   *     share bytes, are found before anything is allocated for them
   */
  public static Map<String, NpyArray> read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString(), null, "not a file");
    }
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toString())) {
      List<ZipEntry> entries = new ArrayList<>();
      zip.stream().filter(entry -> !entry.isDirectory()).forEach(entries::add);
      requireHonest(entries, file);
      for (ZipEntry entry : entries) {
        if (arrays.put(arrayName(entry.getName()), readEntry(zip, entry, file)) != null) {
          throw damaged(file, entry, "it is there twice", null);
        }
      }
    } catch (IllegalArgumentException | IllegalStateException | EOFException | ZipException e) {
      throw new MalformedFileException(
          file.toString(), "the zip directory is not readable: " + e.getMessage(), e);
    }
    return arrays;
  }

  /** The directory's sizes must be possible, and all entries together fit the file. */
  private static void requireHonest(List<ZipEntry> entries, Path file) throws IOException {
    long left = Files.size(file);
    for (ZipEntry entry : entries) {
      long stored = entry.getCompressedSize();
      long most = entry.getMethod() == ZipEntry.STORED ? stored : stored * MAX_DEFLATION;
      if (stored < 0 || stored > left || entry.getSize() < 0 || entry.getSize() > most) {
        throw damaged(
            file,
            entry,
            entry.getSize()
                + " bytes, said to be stored in "
                + stored
                + ", do not fit the "
                + left
                + " bytes that the entries before it leave",
            null);
      }
      left -= stored;
    }
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
        throw damaged(file, entry, "it is missing", null);
      }
      return NpyFile.readArray(in, file + "!" + entry.getName(), entry.getSize());
    } catch (EOFException | ZipException e) {
      throw damaged(file, entry, e.getMessage(), e);
    }
  }

  private static MalformedFileException damaged(
      Path file, ZipEntry entry, String reason, IOException cause) {
    return new MalformedFileException(
        file.toString(), "entry " + entry.getName() + " is damaged: " + reason, cause);
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

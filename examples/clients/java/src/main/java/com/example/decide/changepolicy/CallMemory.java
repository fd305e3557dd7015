package com.example.decide.changepolicy;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Memory outside the heap that lives for one call. */
final class CallMemory implements AutoCloseable {
  private final List<Memory> blocks = new ArrayList<>();

  /** A copy of the bytes, with a NUL behind them. */
  Pointer bytes(byte[] bytes) {
    Memory block = new Memory(bytes.length + 1L);
    blocks.add(block);
    block.write(0, bytes, 0, bytes.length);
    block.setByte(bytes.length, (byte) 0);
    return block;
  }

  /** Refuses a NUL, at which C would end the text. */
  Pointer text(String name, String text) throws ChangepolicyException {
    if (text.indexOf('\0') >= 0) throw ChangepolicyException.holdsNul(name);
    return bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Documents as an array of C; null where there are none. */
  NativeLibrary.Document[] documents(List<Document> documents) throws ChangepolicyException {
    if (documents.isEmpty()) return null;
    NativeLibrary.Document[] array =
        (NativeLibrary.Document[]) new NativeLibrary.Document().toArray(documents.size());
    for (int i = 0; i < array.length; ++i) {
      Document document = documents.get(i);
      array[i].name = text("documents[" + i + "].name", document.name());
      array[i].text = bytes(document.text());
      array[i].size = new NativeLibrary.Size(document.text().length);
    }
    return array;
  }

  @Override
  public void close() {
    blocks.forEach(Memory::close);
  }
}

package dev.slipway.linux;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The file with the code of [NativeMethods]: an ELF shared object that needs no other, libc
/// included. Written once, when the jar is installed.
///
/// Two segments: everything but `.dynamic`, read-only and executable; `.dynamic`, which loaders
/// older than glibc 2.35 write to. No section table: only linkers read that.
public final class SharedObject {
    private static final List<String> METHODS =
            List.of("systemCall", "call", "features", "sha256", "sha256Twice");

    /// A multiple of every page size.
    private static final int PAGE = 0x1_0000;

    private static final int ELF_HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final int PROGRAM_HEADERS = 4;
    private static final int SYMBOL = 24;

    private static final int PT_LOAD = 1;
    private static final int PT_DYNAMIC = 2;
    private static final int PT_GNU_STACK = 0x6474e551;
    private static final int READ_EXECUTE = 5;
    private static final int READ_WRITE = 6;

    private static final int DT_HASH = 4;
    private static final int DT_STRTAB = 5;
    private static final int DT_SYMTAB = 6;
    private static final int DT_STRSZ = 10;
    private static final int DT_SYMENT = 11;

    private final Assembler code = new Assembler();
    private final boolean aarch64;

    private SharedObject(boolean aarch64) {
        this.aarch64 = aarch64;
    }

    /// Writes the file to the path in `arguments`: `scripts/install-jar` starts this class.
    public static void main(String[] arguments) throws IOException {
        Files.write(Path.of(arguments[0]), bytes());
    }

    /// The file for the machine this runs on.
    public static byte[] bytes() {
        return bytes(Syscall.AARCH64);
    }

    static byte[] bytes(boolean aarch64) {
        SharedObject object = new SharedObject(aarch64);
        if (aarch64) {
            object.aarch64();
        } else {
            object.x8664();
        }
        return object.file();
    }

    /// `rdi` and `rsi` are JNI's; the method's own arguments are `rdx`, `rcx`, `r8`, `r9`, then the
    /// stack.
    private void x8664() {
        code.label("systemCall");
        code.bytes("48 89 d0"); // mov rax, rdx
        code.bytes("48 89 cf"); // mov rdi, rcx
        code.bytes("4c 89 c6"); // mov rsi, r8
        code.bytes("4c 89 ca"); // mov rdx, r9
        code.bytes("4c 8b 54 24 08"); // mov r10, [rsp+8]
        code.bytes("4c 8b 44 24 10"); // mov r8, [rsp+16]
        code.bytes("4c 8b 4c 24 18"); // mov r9, [rsp+24]
        code.bytes("0f 05 c3"); // syscall; ret
        code.align(16, 0xcc).label("call");
        code.bytes("48 89 d0"); // mov rax, rdx
        code.bytes("48 89 cf"); // mov rdi, rcx
        code.bytes("4c 89 c6"); // mov rsi, r8
        code.bytes("4c 89 ca"); // mov rdx, r9
        code.bytes("48 8b 4c 24 08"); // mov rcx, [rsp+8]
        code.bytes("4c 8b 44 24 10"); // mov r8, [rsp+16]
        code.bytes("4c 8b 4c 24 18"); // mov r9, [rsp+24]
        code.bytes("ff e0"); // jmp rax
        code.align(16, 0xcc).label("features");
        code.bytes("53"); // push rbx
        code.bytes("31 c0 0f a2"); // xor eax, eax; cpuid
        code.bytes("31 db"); // xor ebx, ebx
        code.bytes("83 f8 07"); // cmp eax, 7
        code.jump8("72", "no leaf"); // jb no leaf
        code.bytes("b8").word(7); // mov eax, 7
        code.bytes("31 c9 0f a2"); // xor ecx, ecx; cpuid
        code.label("no leaf");
        code.bytes("89 d8 5b c3"); // mov eax, ebx; pop rbx; ret
        Sha256Code.appendTable(code);
        Sha256Code.append(code, "sha256");
        Sha256Code.appendTwice(code, "sha256Twice");
    }

    /// `x0` and `x1` are JNI's; the method's own arguments are `x2` to `x7`, then the stack.
    private void aarch64() {
        code.label("systemCall");
        code.word(0xaa0203e8); // mov x8, x2
        aarch64Arguments();
        code.word(0xd4000001); // svc #0
        code.word(0xd65f03c0); // ret
        code.label("call");
        code.word(0xaa0203e9); // mov x9, x2
        aarch64Arguments();
        code.word(0xd61f0120); // br x9
        code.label("features");
        code.word(0xd2800000); // mov x0, #0
        code.label("sha256").label("sha256Twice"); // never called
        code.word(0xd65f03c0); // ret
    }

    private void aarch64Arguments() {
        code.word(0xaa0303e0); // mov x0, x3
        code.word(0xaa0403e1); // mov x1, x4
        code.word(0xaa0503e2); // mov x2, x5
        code.word(0xaa0603e3); // mov x3, x6
        code.word(0xaa0703e4); // mov x4, x7
        code.word(0xf94003e5); // ldr x5, [sp]
    }

    private byte[] file() {
        byte[] instructions = code.finish();
        ByteArrayOutputStream names = new ByteArrayOutputStream();
        names.write(0);
        int count = METHODS.size() + 1;
        int hashAt = ELF_HEADER + PROGRAM_HEADERS * PROGRAM_HEADER;
        int symbolsAt = align(hashAt + 4 * (2 + 1 + count), 8);
        int namesAt = symbolsAt + SYMBOL * count;
        int[] nameOffsets = new int[count];
        for (int i = 1; i < count; i++) {
            nameOffsets[i] = names.size();
            names.writeBytes(text("Java_dev_slipway_linux_NativeMethods_" + METHODS.get(i - 1)));
        }
        int codeAt = align(namesAt + names.size(), 64);
        int dynamicAt = align(codeAt + instructions.length, 16);
        int dynamicBytes = 16 * 6;
        ByteBuffer elf =
                ByteBuffer.allocate(dynamicAt + dynamicBytes).order(ByteOrder.LITTLE_ENDIAN);
        header(elf);
        segment(elf, PT_LOAD, READ_EXECUTE, 0, 0, codeAt + instructions.length, PAGE);
        segment(elf, PT_LOAD, READ_WRITE, dynamicAt, dynamicAt + PAGE, dynamicBytes, PAGE);
        segment(elf, PT_DYNAMIC, READ_WRITE, dynamicAt, dynamicAt + PAGE, dynamicBytes, 8);
        segment(elf, PT_GNU_STACK, READ_WRITE, 0, 0, 0, 16);
        hashTable(elf.position(hashAt), count);
        elf.position(symbolsAt + SYMBOL); // symbol 0 is none
        for (int i = 1; i < count; i++) {
            symbol(elf, nameOffsets[i], codeAt + code.position(METHODS.get(i - 1)));
        }
        elf.position(namesAt).put(names.toByteArray());
        elf.position(codeAt).put(instructions);
        elf.position(dynamicAt);
        elf.putLong(DT_HASH).putLong(hashAt).putLong(DT_SYMTAB).putLong(symbolsAt);
        elf.putLong(DT_STRTAB).putLong(namesAt).putLong(DT_STRSZ).putLong(names.size());
        elf.putLong(DT_SYMENT).putLong(SYMBOL); // and DT_NULL, which is zeros
        return elf.array();
    }

    private void header(ByteBuffer elf) {
        elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
        elf.putShort((short) 3).putShort((short) (aarch64 ? 183 : 62)).putInt(1); // ET_DYN
        elf.putLong(0).putLong(ELF_HEADER).putLong(0);
        elf.putInt(0).putShort((short) ELF_HEADER).putShort((short) PROGRAM_HEADER);
        elf.putShort((short) PROGRAM_HEADERS).putShort((short) 0).putShort((short) 0);
        elf.putShort((short) 0);
    }

    private static void segment(
            ByteBuffer elf, int type, int flags, long offset, long address, long bytes, long page) {
        elf.putInt(type).putInt(flags).putLong(offset).putLong(address).putLong(address);
        elf.putLong(bytes).putLong(bytes).putLong(page);
    }

    /// System V's: one bucket, in which the symbols follow each other, so that nothing is hashed.
    private static void hashTable(ByteBuffer elf, int count) {
        elf.putInt(1).putInt(count).putInt(1).putInt(0);
        for (int i = 1; i < count; i++) {
            elf.putInt(i + 1 == count ? 0 : i + 1);
        }
    }

    private static void symbol(ByteBuffer elf, int name, long address) {
        byte globalFunction = 0x12;
        short anySection = 1;
        elf.putInt(name).put(globalFunction).put((byte) 0).putShort(anySection);
        elf.putLong(address).putLong(0);
    }

    private static byte[] text(String name) {
        return (name + "\0").getBytes(StandardCharsets.US_ASCII);
    }

    private static int align(int offset, int alignment) {
        return (offset + alignment - 1) / alignment * alignment;
    }
}

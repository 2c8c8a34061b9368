package dev.slipway.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The instructions of a [BootProgram], and the ELF file around them.
///
/// In words, `entry` being a register:
///
///     start:   entry = first entry of the table
///     next:    result = syscall(entry.number, entry.arguments…)
///              if (unsigned) (result - entry.lowest) > entry.more: goto fail
///              if result > 0 and entry.target != 0: goto entry.target   // the parent, after a fork
///              entry = entry + 1; goto next
///     fail:    report = {entry, result}; write(3, report, 16); exit_group(127)
///
///     init:    child = result; close(3)                                 // see BootProgram.forkBeneathInit
///     wait:    signal = rt_sigtimedwait(all, NULL, NULL, 8)
///              if signal == SIGCHLD: goto reap
///              if signal > 0: kill(child, signal)
///              goto wait
///     reap:    pid = wait4(-1, &status, WNOHANG, NULL)
///              if pid <= 0: goto wait
///              if pid != child: goto reap
///              exit_group(status & 0x7f ? 128 + (status & 0x7f) : status >> 8 & 0xff)
final class BootCode {
    /// Where in the file the data begins: a multiple of every page size up to 64 KiB, as its
    /// address is.
    static final int DATA_OFFSET = 0x1_0000;

    private static final int ELF_HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final int CODE_OFFSET = ELF_HEADER + 3 * PROGRAM_HEADER;

    private static final int SIGCHLD = 17;

    /// Code, and where in the file `init` is.
    static final class Assembled {
        private final byte[] code;
        private final int initOffset;

        private Assembled(byte[] code, int initOffset) {
            this.code = code;
            this.initOffset = initOffset;
        }
    }

    private BootCode() {}

    private static final class Host {
        static final Assembled CODE = Syscall.AARCH64 ? aarch64() : x8664();
    }

    static int initOffset() {
        return Host.CODE.initOffset;
    }

    /// The file up to its data.
    static byte[] elf(int dataBytes) {
        return elf(Host.CODE, Syscall.AARCH64, dataBytes);
    }

    static byte[] elf(Assembled assembled, boolean aarch64, int dataBytes) {
        byte[] code = assembled.code;
        ByteBuffer elf =
                ByteBuffer.allocate(CODE_OFFSET + code.length).order(ByteOrder.LITTLE_ENDIAN);
        elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
        elf.putShort((short) 2).putShort((short) (aarch64 ? 183 : 62)).putInt(1); // ET_EXEC
        elf.putLong(BootProgram.CODE_ADDRESS + CODE_OFFSET).putLong(ELF_HEADER).putLong(0);
        elf.putInt(0).putShort((short) ELF_HEADER).putShort((short) PROGRAM_HEADER);
        elf.putShort((short) 3).putShort((short) 0).putShort((short) 0).putShort((short) 0);
        long codeBytes = elf.capacity();
        header(elf, 1, 5, 0, BootProgram.CODE_ADDRESS, codeBytes); // PT_LOAD, read and execute
        header(elf, 1, 6, DATA_OFFSET, BootProgram.DATA_ADDRESS, dataBytes); // read and write
        header(elf, 0x6474e551, 6, 0, 0, 0); // PT_GNU_STACK: a stack that is not executable
        return elf.put(code).array();
    }

    private static void header(
            ByteBuffer elf, int type, int flags, long offset, long address, long bytes) {
        elf.putInt(type).putInt(flags).putLong(offset).putLong(address).putLong(address);
        elf.putLong(bytes).putLong(bytes).putLong(DATA_OFFSET);
    }

    private static long data(int offset) {
        return BootProgram.DATA_ADDRESS + offset;
    }

    /// The code for x86-64: the entry is in rbx, the child's pid in r12d.
    static Assembled x8664() {
        Assembler a = new Assembler();
        a.bytes("48 bb").longWord(data(BootProgram.TABLE)); // movabs rbx, TABLE
        a.label("next");
        a.bytes("48 8b 03"); // mov rax, [rbx]
        a.bytes("48 8b 7b 08"); // mov rdi, [rbx+8]
        a.bytes("48 8b 73 10"); // mov rsi, [rbx+16]
        a.bytes("48 8b 53 18"); // mov rdx, [rbx+24]
        a.bytes("4c 8b 53 20"); // mov r10, [rbx+32]
        a.bytes("4c 8b 43 28"); // mov r8, [rbx+40]
        a.bytes("4c 8b 4b 30"); // mov r9, [rbx+48]
        a.bytes("0f 05"); // syscall
        a.bytes("48 89 c1"); // mov rcx, rax
        a.bytes("48 2b 4b 38"); // sub rcx, [rbx+56]
        a.bytes("48 3b 4b 40"); // cmp rcx, [rbx+64]
        a.jump8("77", "fail"); // ja fail
        a.bytes("48 85 c0"); // test rax, rax
        a.jump8("7e", "advance"); // jle advance
        a.bytes("48 8b 4b 48"); // mov rcx, [rbx+72]
        a.bytes("48 85 c9"); // test rcx, rcx
        a.jump8("74", "advance"); // jz advance
        a.bytes("ff e1"); // jmp rcx
        a.label("advance");
        a.bytes("48 83 c3 50"); // add rbx, 80
        a.jump8("eb", "next"); // jmp next
        a.label("fail");
        a.bytes("48 be").longWord(data(BootProgram.REPORT)); // movabs rsi, REPORT
        a.bytes("48 89 1e"); // mov [rsi], rbx
        a.bytes("48 89 46 08"); // mov [rsi+8], rax
        a.bytes("bf").word(BootProgram.REPORT_FD); // mov edi, 3
        a.bytes("ba").word(16); // mov edx, 16
        a.bytes("b8").word(1).bytes("0f 05"); // mov eax, write; syscall
        a.bytes("bf").word(127); // mov edi, 127
        a.bytes("b8").word(231).bytes("0f 05"); // mov eax, exit_group; syscall
        int init = a.position();
        x8664Init(a);
        return new Assembled(a.finish(), CODE_OFFSET + init);
    }

    private static void x8664Init(Assembler a) {
        a.bytes("41 89 c4"); // mov r12d, eax
        a.bytes("bf").word(BootProgram.REPORT_FD); // mov edi, 3
        a.bytes("b8").word(3).bytes("0f 05"); // mov eax, close; syscall
        a.label("wait");
        a.bytes("48 bf").longWord(data(BootProgram.SIGNALS)); // movabs rdi, SIGNALS
        a.bytes("31 f6 31 d2"); // xor esi, esi; xor edx, edx
        a.bytes("41 ba").word(8); // mov r10d, 8
        a.bytes("b8").word(128).bytes("0f 05"); // mov eax, rt_sigtimedwait; syscall
        a.bytes("83 f8").oneByte(SIGCHLD); // cmp eax, SIGCHLD
        a.jump8("74", "reap"); // je reap
        a.bytes("85 c0"); // test eax, eax
        a.jump8("7e", "wait"); // jle wait
        a.bytes("89 c6 44 89 e7"); // mov esi, eax; mov edi, r12d
        a.bytes("b8").word(62).bytes("0f 05"); // mov eax, kill; syscall
        a.jump8("eb", "wait"); // jmp wait
        a.label("reap");
        a.bytes("48 c7 c7").word(-1); // mov rdi, -1
        a.bytes("48 be").longWord(data(BootProgram.STATUS)); // movabs rsi, STATUS
        a.bytes("ba").word(1); // mov edx, WNOHANG
        a.bytes("45 31 d2"); // xor r10d, r10d
        a.bytes("b8").word(61).bytes("0f 05"); // mov eax, wait4; syscall
        a.bytes("85 c0"); // test eax, eax
        a.jump8("7e", "wait"); // jle wait
        a.bytes("44 39 e0"); // cmp eax, r12d
        a.jump8("75", "reap"); // jne reap
        a.bytes("8b 06 89 c7"); // mov eax, [rsi]; mov edi, eax
        a.bytes("83 e7 7f"); // and edi, 0x7f
        a.jump8("75", "signalled"); // jnz signalled
        a.bytes("0f b6 fc"); // movzx edi, ah
        a.jump8("eb", "exit"); // jmp exit
        a.label("signalled");
        a.bytes("81 c7").word(128); // add edi, 128
        a.label("exit");
        a.bytes("b8").word(231).bytes("0f 05"); // mov eax, exit_group; syscall
    }

    /// The code for aarch64: the entry is in x19, the child's pid in w20.
    static Assembled aarch64() {
        Assembler a = new Assembler();
        loadAddress(a, 19, data(BootProgram.TABLE));
        a.label("next");
        a.word(0xf9400268); // ldr x8, [x19]
        a.word(0xa9408660); // ldp x0, x1, [x19, #8]
        a.word(0xa9418e62); // ldp x2, x3, [x19, #24]
        a.word(0xa9429664); // ldp x4, x5, [x19, #40]
        a.word(0xd4000001); // svc #0
        a.word(0xa943aa69); // ldp x9, x10, [x19, #56]
        a.word(0xcb090009); // sub x9, x0, x9
        a.word(0xeb0a013f); // cmp x9, x10
        a.branch19(0x54000008, "fail"); // b.hi fail
        a.word(0xf100001f); // cmp x0, #0
        a.branch19(0x5400000d, "advance"); // b.le advance
        a.word(0xf9402669); // ldr x9, [x19, #72]
        a.branch19(0xb4000009, "advance"); // cbz x9, advance
        a.word(0xd61f0120); // br x9
        a.label("advance");
        a.word(0x91014273); // add x19, x19, #80
        a.branch26("next"); // b next
        a.label("fail");
        loadAddress(a, 1, data(BootProgram.REPORT));
        a.word(0xa9000033); // stp x19, x0, [x1]
        move(a, 0, BootProgram.REPORT_FD);
        move(a, 2, 16);
        systemCall(a, 64); // write
        move(a, 0, 127);
        systemCall(a, 94); // exit_group
        int init = a.position();
        aarch64Init(a);
        return new Assembled(a.finish(), CODE_OFFSET + init);
    }

    private static void aarch64Init(Assembler a) {
        a.word(0x2a0003f4); // mov w20, w0
        move(a, 0, BootProgram.REPORT_FD);
        systemCall(a, 57); // close
        a.label("wait");
        loadAddress(a, 0, data(BootProgram.SIGNALS));
        move(a, 1, 0);
        move(a, 2, 0);
        move(a, 3, 8);
        systemCall(a, 137); // rt_sigtimedwait
        a.word(0x7100001f | SIGCHLD << 10); // cmp w0, #SIGCHLD
        a.branch19(0x54000000, "reap"); // b.eq reap
        a.word(0x7100001f); // cmp w0, #0
        a.branch19(0x5400000d, "wait"); // b.le wait
        a.word(0x2a0003e1); // mov w1, w0
        a.word(0x2a1403e0); // mov w0, w20
        systemCall(a, 129); // kill
        a.branch26("wait"); // b wait
        a.label("reap");
        a.word(0x92800000); // mov x0, #-1
        loadAddress(a, 1, data(BootProgram.STATUS));
        move(a, 2, 1); // WNOHANG
        move(a, 3, 0);
        systemCall(a, 260); // wait4
        a.word(0x7100001f); // cmp w0, #0
        a.branch19(0x5400000d, "wait"); // b.le wait
        a.word(0x6b14001f); // cmp w0, w20
        a.branch19(0x54000001, "reap"); // b.ne reap
        a.word(0xb9400021); // ldr w1, [x1]
        a.word(0x72001820); // ands w0, w1, #0x7f
        a.branch19(0x54000001, "signalled"); // b.ne signalled
        a.word(0x53083c20); // ubfx w0, w1, #8, #8
        a.branch26("exit"); // b exit
        a.label("signalled");
        a.word(0x11020000); // add w0, w0, #128
        a.label("exit");
        systemCall(a, 94); // exit_group
    }

    private static void move(Assembler a, int register, int value) {
        a.word(0xd2800000 | value << 5 | register); // movz xR, #value
    }

    private static void loadAddress(Assembler a, int register, long address) {
        move(a, register, (int) (address & 0xffff));
        a.word(0xf2a00000 | (int) (address >> 16) << 5 | register); // movk xR, #high, lsl #16
    }

    private static void systemCall(Assembler a, int number) {
        move(a, 8, number);
        a.word(0xd4000001); // svc #0
    }
}

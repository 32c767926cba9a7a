/** This file names the numbers of the ELF specification and of its GNU extensions, as <elf.h> does. */

/** Classes, byte orders and the version of the identification. */
export const ELFCLASS32 = 1;
export const ELFCLASS64 = 2;
export const ELFDATA2LSB = 1;
export const ELFDATA2MSB = 2;
export const EV_CURRENT = 1;
export const ELFOSABI_NONE = 0;

/** Kinds of object. */
export const ET_REL = 1;
export const ET_EXEC = 2;
export const ET_DYN = 3;

/** Machines whose objects we write. */
export const EM_X86_64 = 62;
export const EM_AARCH64 = 183;

/** The number of segments, where it does not fit its half word and stands in section 0. */
export const PN_XNUM = 0xffff;

/** Kinds and permissions of segments. */
export const PT_LOAD = 1;
export const PT_DYNAMIC = 2;
export const PT_INTERP = 3;
export const PT_NOTE = 4;
export const PT_GNU_EH_FRAME = 0x6474_e550;
export const PT_GNU_STACK = 0x6474_e551;
export const PT_GNU_RELRO = 0x6474_e552;
export const PT_GNU_PROPERTY = 0x6474_e553;
export const PF_X = 0x1;
export const PF_W = 0x2;
export const PF_R = 0x4;

/** Kinds and flags of sections. */
export const SHT_NULL = 0;
export const SHT_PROGBITS = 1;
export const SHT_SYMTAB = 2;
export const SHT_STRTAB = 3;
export const SHT_RELA = 4;
export const SHT_DYNAMIC = 6;
export const SHT_NOTE = 7;
export const SHT_NOBITS = 8;
export const SHT_DYNSYM = 11;
export const SHT_INIT_ARRAY = 14;
export const SHT_FINI_ARRAY = 15;
export const SHT_PREINIT_ARRAY = 16;
export const SHT_GNU_HASH = 0x6fff_fff6;
export const SHT_GNU_VERDEF = 0x6fff_fffd;
export const SHT_GNU_VERSYM = 0x6fff_ffff;
export const SHF_WRITE = 0x1;
export const SHF_ALLOC = 0x2;
export const SHF_EXECINSTR = 0x4;
export const SHF_COMPRESSED = 0x800;

/** How a section is compressed. */
export const ELFCOMPRESS_ZLIB = 1;
export const ELFCOMPRESS_ZSTD = 2;

/** Section indices with a meaning of their own. */
export const SHN_UNDEF = 0;
/** What is a number and no address. */
export const SHN_ABS = 0xfff1;
export const SHN_XINDEX = 0xffff;

/** Kinds and binds of symbols; the GNU ones share a number. */
export const STT_NOTYPE = 0;
export const STT_OBJECT = 1;
export const STT_FUNC = 2;
export const STT_TLS = 6;
export const STB_GLOBAL = 1;
export const STT_GNU_IFUNC = 10;
export const STB_GNU_UNIQUE = 10;

/** Tags of the dynamic section. */
export const DT_NULL = 0;
export const DT_NEEDED = 1;
export const DT_PLTRELSZ = 2;
export const DT_PLTGOT = 3;
export const DT_HASH = 4;
export const DT_STRTAB = 5;
export const DT_SYMTAB = 6;
export const DT_RELA = 7;
export const DT_RELASZ = 8;
export const DT_RELAENT = 9;
export const DT_STRSZ = 10;
export const DT_SYMENT = 11;
export const DT_FINI = 13;
export const DT_SONAME = 14;
export const DT_SYMBOLIC = 16;
export const DT_REL = 17;
export const DT_RELSZ = 18;
export const DT_PLTREL = 20;
export const DT_DEBUG = 21;
export const DT_JMPREL = 23;
export const DT_FLAGS = 30;
export const DT_RELRSZ = 35;
export const DT_RELR = 36;
/** Packed, and before DT_RELR was agreed upon: Android's. */
export const DT_ANDROID_REL = 0x6000_000f;
export const DT_ANDROID_RELSZ = 0x6000_0010;
export const DT_ANDROID_RELA = 0x6000_0011;
export const DT_ANDROID_RELASZ = 0x6000_0012;
export const DT_ANDROID_RELR = 0x6fff_e000;
export const DT_ANDROID_RELRSZ = 0x6fff_e001;
export const DT_GNU_HASH = 0x6fff_fef5;
export const DT_VERSYM = 0x6fff_fff0;
export const DT_FLAGS_1 = 0x6fff_fffb;
export const DT_VERDEF = 0x6fff_fffc;
export const DT_VERDEFNUM = 0x6fff_fffd;
export const DT_VERNEED = 0x6fff_fffe;
export const DT_VERNEEDNUM = 0x6fff_ffff;

/** Bits of DT_FLAGS and DT_FLAGS_1. */
export const DF_SYMBOLIC = 0x2;
export const DF_BIND_NOW = 0x8;
export const DF_STATIC_TLS = 0x10;
export const DF_1_PIE = 0x0800_0000;

/** The note that holds a build-id, of the owner `GNU`. */
export const NT_GNU_BUILD_ID = 3;

/** The note of what all of an object's code keeps to, and its marks for a CPU: indirect branches land on a pad (IBT, BTI), returns match a shadow stack. */
export const NT_GNU_PROPERTY_TYPE_0 = 5;
export const GNU_PROPERTY_X86_FEATURE_1_AND = 0xc000_0002;
export const GNU_PROPERTY_X86_FEATURE_1_IBT = 0x1;
export const GNU_PROPERTY_X86_FEATURE_1_SHSTK = 0x2;
export const GNU_PROPERTY_AARCH64_FEATURE_1_AND = 0xc000_0000;
export const GNU_PROPERTY_AARCH64_FEATURE_1_BTI = 0x1;

/** A version definition for the object itself, and the bit that hides a version from new links. */
export const VER_FLG_BASE = 0x1;
export const VER_NDX_LOCAL = 0;
export const VER_NDX_GLOBAL = 1;
export const VERSYM_HIDDEN = 0x8000;
export const VERSYM_VERSION = 0x7fff;

/** DWARF's encodings of pointers in `.eh_frame_hdr`. */
export const DW_EH_PE_udata4 = 0x03;
export const DW_EH_PE_sdata4 = 0x0b;
export const DW_EH_PE_datarel = 0x30;
export const DW_EH_PE_pcrel = 0x10;

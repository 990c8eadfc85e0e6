#include "demo/oneroster_facts.h"

// The assembler takes the file as it is; ROLLBOOK_FACTS is its path, from CMake.
__asm__(
    ".section .rodata\n"
    ".global rollbook_facts_begin\n"
    ".global rollbook_facts_end\n"
    "rollbook_facts_begin:\n"
    ".incbin \"" ROLLBOOK_FACTS
    "\"\n"
    "rollbook_facts_end:\n"
    ".byte 0\n"
    ".text\n");

extern "C" char const rollbook_facts_begin[];
extern "C" char const rollbook_facts_end[];

namespace rollbook {

std::string_view oneroster_facts() { return {rollbook_facts_begin, static_cast<std::size_t>(rollbook_facts_end - rollbook_facts_begin)}; }

}  // namespace rollbook

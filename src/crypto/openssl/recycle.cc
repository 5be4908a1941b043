// Allocation functions for OpenSSL that keep freed small blocks for the next request.
//
//   | size class (16 octets) | block handed to OpenSSL: 16 << class octets |
//
// Each thread has one bounded list of free blocks per class; a block freed by another thread than
// the one that asked for it joins the list of the former. What is larger than the largest class
// goes to malloc and back. The header tells free and realloc which of the two a block is, and
// keeps malloc's alignment.

#include "core/ensure.h"
#include "crypto/openssl/provider.h"

#include <openssl/crypto.h>
#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>

namespace esplanade::crypto::openssl {
namespace {

constexpr std::size_t smallest = 16;
constexpr std::uint32_t class_count = 7;  // up to 1 KiB; a SHA-256 state has 112 octets
constexpr std::uint32_t large = class_count;
constexpr std::uint32_t kept_per_class = 64;  // at most 134 KiB a thread

struct alignas(16) Header {
  Header* next;  // while in a list
  std::uint32_t size_class;
};
static_assert(sizeof(Header) == 16 && alignof(std::max_align_t) <= 16);

struct FreeList {
  Header* first;
  std::uint32_t count;
};

// Trivially destructible, so that OpenSSL may free even while the thread is being taken down.
struct Lists {
  std::array<FreeList, class_count> of_class;
  bool is_closed;
};
constinit thread_local Lists lists{};

struct Closer {
  Closer() = default;
  Closer(const Closer&) = delete;
  auto operator=(const Closer&) -> Closer& = delete;
  ~Closer() {
    lists.is_closed = true;
    for (auto& list : lists.of_class) {
      while (list.first != nullptr) std::free(std::exchange(list.first, list.first->next));
    }
  }
};

// Registers, once, what empties the lists at the end of the thread.
void close_at_thread_exit() noexcept { static thread_local const Closer closer; }

constexpr auto octets_of(std::uint32_t size_class) noexcept -> std::size_t {
  return smallest << size_class;
}

constexpr auto class_of(std::size_t size) noexcept -> std::uint32_t {
  const auto units = (std::max(size, smallest) - 1) / smallest;
  return std::min(static_cast<std::uint32_t>(std::bit_width(units)), large);
}
static_assert(class_of(1) == 0 && class_of(16) == 0 && class_of(17) == 1 && class_of(32) == 1);
static_assert(class_of(1024) == class_count - 1 && class_of(1025) == large);

auto header_of(void* block) noexcept -> Header* { return static_cast<Header*>(block) - 1; }

auto take_kept(std::uint32_t size_class) noexcept -> Header* {
  auto& list = lists.of_class[size_class];
  if (list.first == nullptr) return nullptr;
  --list.count;
  return std::exchange(list.first, list.first->next);
}

auto keep(Header* header) noexcept -> bool {
  if (header->size_class == large || lists.is_closed) return false;
  auto& list = lists.of_class[header->size_class];
  if (list.count == kept_per_class) return false;
  close_at_thread_exit();
  header->next = std::exchange(list.first, header);
  ++list.count;
  return true;
}

auto allocate(std::size_t size, const char* /*file*/, int /*line*/) -> void* {
  constexpr auto most = std::numeric_limits<std::size_t>::max() - sizeof(Header);
  if (size == 0 || size > most) return nullptr;
  const auto size_class = class_of(size);
  auto* header = size_class == large ? nullptr : take_kept(size_class);
  if (header == nullptr) {
    const auto octets = size_class == large ? size : octets_of(size_class);
    header = static_cast<Header*>(std::malloc(sizeof(Header) + octets));
  }
  if (header == nullptr) return nullptr;
  header->size_class = size_class;
  return header + 1;
}

void release(void* block, const char* /*file*/, int /*line*/) {
  if (block != nullptr && !keep(header_of(block))) std::free(header_of(block));
}

auto reallocate_large(Header* header, std::size_t size) noexcept -> void* {
  if (size > std::numeric_limits<std::size_t>::max() - sizeof(Header)) return nullptr;
  auto* moved = static_cast<Header*>(std::realloc(header, sizeof(Header) + size));
  return moved == nullptr ? nullptr : moved + 1;
}

auto reallocate(void* block, std::size_t size, const char* file, int line) -> void* {
  if (block == nullptr) return allocate(size, file, line);
  if (size == 0) {
    release(block, file, line);
    return nullptr;
  }
  auto* header = header_of(block);
  if (header->size_class == large) return reallocate_large(header, size);
  const auto room = octets_of(header->size_class);
  if (size <= room) return block;
  auto* larger = allocate(size, file, line);
  if (larger == nullptr) return nullptr;
  std::memcpy(larger, block, room);
  release(block, file, line);
  return larger;
}

}  // namespace

auto recycle_allocations() noexcept -> bool {
#ifdef ESPLANADE_SANITIZED
  (void)reallocate;  // sanitizers are to see every allocation of OpenSSL as it is
  return true;
#else
  static const bool is_installed = CRYPTO_set_mem_functions(allocate, reallocate, release) == 1;
  return is_installed;
#endif
}

}  // namespace esplanade::crypto::openssl

/* Debian 12's user-mode kernel keeps the first 2,696 octets of a process's extended state, and gives
 * them back when the process goes on. Where a processor has more of it (AMX), the host takes the
 * whole or nothing (EFAULT), and the guest does not boot. Preloaded, this adds the rest, which the
 * guest has never seen: what the process has at that moment. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/uio.h>

typedef long Ptrace(int request, pid_t pid, void *address, void *data);

static long set_whole(Ptrace *ptrace_of_libc, pid_t pid, void *set, const struct iovec *part) {
  static char state[1 << 16];
  struct iovec whole = {.iov_base = state, .iov_len = sizeof state};
  if (ptrace_of_libc(PTRACE_GETREGSET, pid, set, &whole) < 0) return -1;
  if (part->iov_len > whole.iov_len) return ptrace_of_libc(PTRACE_SETREGSET, pid, set, (void *)part);
  memcpy(state, part->iov_base, part->iov_len);
  return ptrace_of_libc(PTRACE_SETREGSET, pid, set, &whole);
}

long ptrace(enum __ptrace_request request, ...) {
  static Ptrace *ptrace_of_libc;
  if (ptrace_of_libc == NULL) ptrace_of_libc = (Ptrace *)dlsym(RTLD_NEXT, "ptrace");
  va_list list;
  va_start(list, request);
  const pid_t pid = va_arg(list, pid_t);
  void *const address = va_arg(list, void *);
  void *const data = va_arg(list, void *);
  va_end(list);
  if (request == PTRACE_SETREGSET && address == (void *)NT_X86_XSTATE)
    return set_whole(ptrace_of_libc, pid, address, data);
  return ptrace_of_libc(request, pid, address, data);
}

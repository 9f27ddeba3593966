/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the process may use and ask of the host. The kernel's code has no
 * reason to make a system call: one is a finding, told like any crash.
 */
#define _GNU_SOURCE
#include "runner.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MOST_FILES 64
/* Enough for what it has to say on its standard error. */
#define MOST_FILE_BYTES 65536
#define MOST_RULES 128

/* Host memory, signals, time and the socket. */
static const int running_calls[] = {
	SYS_read,	   SYS_write,	     SYS_close,
	SYS_mmap,	   SYS_munmap,	     SYS_mprotect,
	SYS_madvise,	   SYS_mremap,	     SYS_brk,
	SYS_futex,	   SYS_rt_sigaction, SYS_rt_sigprocmask,
	SYS_rt_sigreturn,  SYS_sigaltstack,  SYS_timer_create,
	SYS_timer_settime, SYS_gettid,	     SYS_getpid,
	SYS_clock_gettime, SYS_sched_yield,  SYS_restart_syscall,
	SYS_exit,	   SYS_exit_group,   SYS_getrandom,
};

/* Finding and mapping a library. */
static const int loading_calls[] = {
	SYS_newfstatat, SYS_fstat,  SYS_stat,	  SYS_lseek,
	SYS_pread64,	SYS_access, SYS_readlink, SYS_getcwd,
	SYS_prlimit64,	SYS_fcntl,  SYS_prctl,	  SYS_ioctl,
};

struct rules {
	struct sock_filter list[MOST_RULES];
	unsigned short count;
};

static void add(struct rules *rules, struct sock_filter rule)
{
	rules->list[rules->count++] = rule;
}

static void add_calls(struct rules *rules, const int *calls, size_t count,
		      uint32_t verdict)
{
	for (size_t i = 0; i < count; i++) {
		add(rules,
		    (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
						 (uint32_t)calls[i], 0, 1));
		add(rules,
		    (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, verdict));
	}
}

/* A signal to oneself: raise() and abort(), and to no other process. */
static void add_own_signals(struct rules *rules)
{
	const struct sock_filter own[] = {
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_tgkill, 0, 4),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)getpid(), 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
	};

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		add(rules, own[i]);
}

/* Files are opened to be read, and none is made. */
static void add_open(struct rules *rules, uint32_t call, uint32_t flags,
		     uint32_t verdict)
{
	const struct sock_filter open[] = {
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 4),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, args) + flags * 8),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K,
			 O_ACCMODE | O_CREAT | O_TRUNC, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, verdict),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
	};

	for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++)
		add(rules, open[i]);
}

static void confine(uint32_t verdict_on_files)
{
	struct rules rules = {.count = 0};
	struct sock_fprog program = {.filter = rules.list};

	add(&rules,
	    (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
					 offsetof(struct seccomp_data, arch)));
	add(&rules, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
						 AUDIT_ARCH_X86_64, 1, 0));
	add(&rules, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
						 SECCOMP_RET_KILL_PROCESS));
	add(&rules,
	    (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
					 offsetof(struct seccomp_data, nr)));
	add_calls(&rules, running_calls,
		  sizeof(running_calls) / sizeof(running_calls[0]),
		  SECCOMP_RET_ALLOW);
	add_calls(&rules, loading_calls,
		  sizeof(loading_calls) / sizeof(loading_calls[0]),
		  verdict_on_files);
	add_open(&rules, SYS_openat, 2, verdict_on_files);
	add_open(&rules, SYS_open, 1, verdict_on_files);
	add_own_signals(&rules);
	add(&rules,
	    (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP));
	program.len = rules.count;
	/* A host that lacks it runs kernels all the same. */
	if (!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static void limit(int resource, rlim_t most)
{
	const struct rlimit value = {most, most};

	setrlimit((__rlimit_resource_t)resource, &value);
}

void runner_limit(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Not memory by address: machines and sanitizers reserve far more than
	 * they use. Whoever waits for a call watches what is used. */
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_FSIZE, MOST_FILE_BYTES);
	limit(RLIMIT_NOFILE, MOST_FILES);
	limit(RLIMIT_NPROC, 0);
	signal(SIGXFSZ, SIG_IGN);
}

void runner_confine_loading(void)
{
	confine(SECCOMP_RET_ALLOW);
}

void runner_confine_running(void)
{
	confine(SECCOMP_RET_ERRNO | EACCES);
}

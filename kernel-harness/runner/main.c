/* SPDX-License-Identifier: GPL-2.0-only */
/* runner HOST_LIBRARY KERNEL_LIBRARY */
#define _GNU_SOURCE
#include "runner.h"

#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct library runner_library;
struct dmd_call *runner_call;

void *runner_shared(uint64_t offset)
{
	return (char *)runner_call + offset;
}

uint64_t runner_place(uint64_t address)
{
	if (address < runner_library.base || address >= runner_library.end)
		return 0;
	return address - runner_library.base;
}

static void fail(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	exit(2);
}

static int record_extent(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)size;
	(void)data;
	if (info->dlpi_addr != runner_library.base)
		return 0;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		uint64_t end =
			info->dlpi_addr + header->p_vaddr + header->p_memsz;

		if (header->p_type == PT_LOAD && end > runner_library.end)
			runner_library.end = end;
	}
	return 1;
}

/* From here on code runs that is not ours: a library's constructors. */
static void load(const char *path)
{
	struct link_map *map;
	const char *missing;

	runner_library.handle = dlopen(path, RTLD_NOW);
	if (!runner_library.handle)
		fail("cannot load the kernel", dlerror());
	missing = runner_find_calls(runner_library.handle);
	if (missing)
		fail("the library has no", missing);
	dlinfo(runner_library.handle, RTLD_DI_LINKMAP, &map);
	runner_library.base = map->l_addr;
	dl_iterate_phdr(record_extent, NULL);
}

int main(int argc, char **argv)
{
	char byte;

	if (argc != 3)
		fail("usage", "runner HOST_LIBRARY KERNEL_LIBRARY");
	runner_call = mmap(NULL, DMD_SHARED_BYTES, PROT_READ | PROT_WRITE,
			   MAP_SHARED, SHARED_FD, 0);
	if (runner_call == MAP_FAILED)
		fail("no shared memory", "it is not on descriptor 3");
	close(SHARED_FD);
	runner_limit();
	runner_watch_death();
	if (!dlopen(argv[1], RTLD_NOW | RTLD_GLOBAL))
		fail("cannot load the host library", dlerror());
	runner_confine_loading();
	load(argv[2]);
	runner_confine_running();
	while (read(SOCKET_FD, &byte, 1) == 1) {
		runner_serve(runner_call, runner_shared(DMD_SHARED_INPUT));
		if (write(SOCKET_FD, &byte, 1) != 1)
			break;
	}
	/* No destructors: they may be the kernel's. */
	_exit(0);
}

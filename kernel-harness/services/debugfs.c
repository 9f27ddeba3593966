/* SPDX-License-Identifier: GPL-2.0-only */
/* A debugfs that remembers its files and opens them as the VFS would. */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/string.h>

#include "debugfs.h"
#include "dmd_features.h"
#include "services.h"

#define MAX_ENTRIES 64

/* What struct dentry pointers really point to here. */
struct entry {
	const char *name;
	struct entry *parent;
	umode_t mode;
	void *data;
	const struct file_operations *fops; /* NULL: data is an unsigned long */
	bool directory;
};

static struct entry entries[MAX_ENTRIES];
static unsigned int entry_count;

/* The attribute that open() just bound: one is open at a time. */
static struct {
	int (*get)(void *data, u64 *value);
	int (*set)(void *data, u64 value);
	void *data;
} attribute;

static struct entry *add_entry(const char *name, umode_t mode,
			       struct dentry *parent)
{
	struct entry *entry;

	if (entry_count == MAX_ENTRIES)
		dmd_misuse("too many debugfs files");
	entry = &entries[entry_count++];
	entry->name = name;
	entry->mode = mode;
	entry->parent = (struct entry *)parent;
	return entry;
}

/* Inline, and doing nothing, in a kernel without a debugfs. */
struct dentry *
dmd_debugfs_create_dir(const char *name,
		       struct dentry *parent) __asm__("debugfs_create_dir");
struct dentry *dmd_debugfs_create_dir(const char *name, struct dentry *parent)
{
	struct entry *entry = add_entry(name, 0, parent);

	entry->directory = true;
	return (struct dentry *)entry;
}

/* A macro in some revisions: defined under a name of our own. */
struct dentry *dmd_debugfs_create_file(
	const char *name, umode_t mode, struct dentry *parent, void *data,
	const struct file_operations *fops) __asm__("debugfs_create_file");
struct dentry *dmd_debugfs_create_file(const char *name, umode_t mode,
				       struct dentry *parent, void *data,
				       const struct file_operations *fops)
{
	struct entry *entry = add_entry(name, mode, parent);

	entry->data = data;
	entry->fops = fops;
	return (struct dentry *)entry;
}

#ifdef DMD_HAVE_DEBUGFS_AUX
#define DMD_AUX const void *aux,
#else
#define DMD_AUX
#endif
struct dentry *
dmd_debugfs_create_file_full(const char *name, umode_t mode,
			     struct dentry *parent, void *data,
			     DMD_AUX const struct file_operations
				     *fops) __asm__("debugfs_create_file_full");
struct dentry *
dmd_debugfs_create_file_full(const char *name, umode_t mode,
			     struct dentry *parent, void *data,
			     DMD_AUX const struct file_operations *fops)
{
	return dmd_debugfs_create_file(name, mode, parent, data, fops);
}

void dmd_debugfs_create_ulong(
	const char *name, umode_t mode, struct dentry *parent,
	unsigned long *value) __asm__("debugfs_create_ulong");
void dmd_debugfs_create_ulong(const char *name, umode_t mode,
			      struct dentry *parent, unsigned long *value)
{
	add_entry(name, mode, parent)->data = value;
}

int simple_attr_open(struct inode *inode, struct file *file,
		     int (*get)(void *, u64 *), int (*set)(void *, u64),
		     const char *fmt)
{
	attribute.get = get;
	attribute.set = set;
	attribute.data = inode->i_private;
	return 0;
}

int simple_attr_release(struct inode *inode, struct file *file)
{
	return 0;
}

static struct entry *find(const char *directory, const char *name)
{
	for (unsigned int i = 0; i < entry_count; i++) {
		struct entry *entry = &entries[i];

		if (!entry->directory && entry->parent &&
		    !strcmp(entry->name, name) &&
		    !strcmp(entry->parent->name, directory))
			return entry;
	}
	return NULL;
}

static int open_attribute(struct entry *entry)
{
	static struct inode inode;
	static struct file file;

	inode.i_private = entry->data;
	return entry->fops->open(&inode, &file);
}

int dmd_debugfs_read(const char *directory, const char *name, u64 *value)
{
	struct entry *entry = find(directory, name);
	int error;

	if (!entry)
		return -ENOENT;
	if (!entry->fops) {
		*value = *(unsigned long *)entry->data;
		return 0;
	}
	error = open_attribute(entry);
	if (error)
		return error;
	return attribute.get ? attribute.get(attribute.data, value) : -EACCES;
}

int dmd_debugfs_write(const char *directory, const char *name, u64 value)
{
	struct entry *entry = find(directory, name);
	int error;

	if (!entry)
		return -ENOENT;
	if (!(entry->mode & 0222) || !entry->fops)
		return -EACCES;
	error = open_attribute(entry);
	if (error)
		return error;
	return attribute.set ? attribute.set(attribute.data, value) : -EACCES;
}

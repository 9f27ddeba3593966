/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Objects that count who refers to them. There is no sysfs to see them in; a
 * count that goes below zero is misuse.
 */
#include <linux/kobject.h>
#include <linux/slab.h>

#include "services.h"

struct kobject *kernel_kobj;

static void set_up(struct kobject *object, const struct kobj_type *type)
{
	kref_init(&object->kref);
	INIT_LIST_HEAD(&object->entry);
	object->ktype = (void *)type;
	object->state_initialized = 1;
}

static void add_object(struct kobject *object, struct kobject *parent)
{
	if (!parent && object->kset)
		parent = &object->kset->kobj;
	object->parent = kobject_get(parent);
	object->state_in_sysfs = 1;
}

/* Prototypes of these have gained and lost consts: see services/memory.c. */
int dmd_kobject_init_and_add(struct kobject *object,
			     const struct kobj_type *type,
			     struct kobject *parent, const char *format,
			     ...) __asm__("kobject_init_and_add");
int dmd_kobject_init_and_add(struct kobject *object,
			     const struct kobj_type *type,
			     struct kobject *parent, const char *format, ...)
{
	va_list args;

	set_up(object, type);
	va_start(args, format);
	object->name = kvasprintf(GFP_KERNEL, format, args);
	va_end(args);
	if (!object->name)
		return -ENOMEM;
	add_object(object, parent);
	return 0;
}

static void free_created(struct kobject *object)
{
	kfree(object);
}

static const struct kobj_type created_type = {.release = free_created};

struct kobject *kobject_create_and_add(const char *name, struct kobject *parent)
{
	struct kobject *object = kzalloc(sizeof(*object), GFP_KERNEL);

	if (!object)
		return NULL;
	set_up(object, &created_type);
	object->name = kasprintf(GFP_KERNEL, "%s", name);
	if (!object->name) {
		kfree(object);
		return NULL;
	}
	add_object(object, parent);
	return object;
}

struct kset *
dmd_kset_create_and_add(const char *name, const struct kset_uevent_ops *ops,
			struct kobject *parent) __asm__("kset_create_and_add");
struct kset *dmd_kset_create_and_add(const char *name,
				     const struct kset_uevent_ops *ops,
				     struct kobject *parent)
{
	struct kset *kset = kzalloc(sizeof(*kset), GFP_KERNEL);

	if (kset)
		set_up(&kset->kobj, &created_type);
	return kset;
}

struct kobject *kobject_get(struct kobject *object)
{
	if (!object)
		return NULL;
	if (!object->state_initialized || !kref_read(&object->kref))
		dmd_misuse("kobject_get of what is no object");
	object->kref.refcount.refs.counter++;
	return object;
}

void kobject_put(struct kobject *object)
{
	struct kobject *parent;
	const char *name;

	if (!object)
		return;
	if (!object->state_initialized || !kref_read(&object->kref))
		dmd_misuse("kobject_put of what is no object");
	if (--object->kref.refcount.refs.counter)
		return;
	parent = object->parent;
	name = object->name;
	if (object->ktype && object->ktype->release)
		object->ktype->release(object);
	kfree(name);
	kobject_put(parent);
}

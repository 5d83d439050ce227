// Notes what a program writes to the files of a SQLite database and when it has it brought to the disk, so that a test
// can tell what a loss of power would have left. Loaded by LD_PRELOAD; mod.rs reads the notes.
//
//   RELASI_DISK_NOTES  the file of notes: records as in struct note, each followed by the bytes of a write
//   RELASI_DISK_LIES   set for a disk that says "done" and does nothing when it is told to bring things to the disk
//
// The order of the notes is that of the writes: both are done under one lock. A program that is killed between a write
// and its note loses a write that was not brought to the disk yet, which is what a loss of power may do.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { OTHER = -1, DATABASE = 0, LOG = 1 };

// 'W': bytes were written at `at`. 'T': the file has the length `at`. 'S': all that was noted of the file before the
// place `at` of the notes is on the disk.
struct __attribute__((packed)) note {
  uint8_t kind, file;
  uint64_t at, length;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int notes = -1;
static uint64_t noted;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off64_t);
static int (*real_truncate)(int, off64_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);

__attribute__((constructor)) static void begin(void) {
  real_write = dlsym(RTLD_NEXT, "write");
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  real_truncate = dlsym(RTLD_NEXT, "ftruncate64");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  const char *path = getenv("RELASI_DISK_NOTES");
  if (path) notes = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int ends_with(const char *text, size_t length, const char *end) {
  size_t wanted = strlen(end);
  return length >= wanted && memcmp(text + length - wanted, end, wanted) == 0;
}

// Which file a descriptor is of.
static int file_of(int fd) {
  if (notes < 0 || fd == notes) return OTHER;
  char name[40], path[4096];
  snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  int before = errno;
  ssize_t length = readlink(name, path, sizeof path);
  errno = before;
  if (length <= 0) return OTHER;
  if (ends_with(path, length, "/relasi.db")) return DATABASE;
  if (ends_with(path, length, "/relasi.db-wal")) return LOG;
  return OTHER;
}

static void note(char kind, int file, uint64_t at, const void *bytes, size_t length) {
  struct note head = {.kind = kind, .file = file, .at = at, .length = length};
  struct iovec parts[] = {{&head, sizeof head}, {(void *)bytes, length}};
  int before = errno;
  // A note that is cut off would make nonsense of the rest.
  if (writev(notes, parts, 2) != (ssize_t)(sizeof head + length)) abort();
  noted += sizeof head + length;
  errno = before;
}

static ssize_t write_at(int fd, int file, const void *bytes, size_t length, off64_t at, int moves) {
  pthread_mutex_lock(&lock);
  if (moves) at = lseek64(fd, 0, SEEK_CUR);
  ssize_t written = moves ? real_write(fd, bytes, length) : real_pwrite(fd, bytes, length, at);
  if (written > 0) note('W', file, at, bytes, written);
  pthread_mutex_unlock(&lock);
  return written;
}

ssize_t write(int fd, const void *bytes, size_t length) {
  if (!real_write) begin();
  int file = file_of(fd);
  return file == OTHER ? real_write(fd, bytes, length) : write_at(fd, file, bytes, length, 0, 1);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
  int file = file_of(fd);
  return file == OTHER ? real_pwrite(fd, bytes, length, at) : write_at(fd, file, bytes, length, at, 0);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) { return pwrite64(fd, bytes, length, at); }

int ftruncate64(int fd, off64_t length) {
  int file = file_of(fd);
  if (file == OTHER) return real_truncate(fd, length);
  pthread_mutex_lock(&lock);
  int done = real_truncate(fd, length);
  if (done == 0) note('T', file, length, "", 0);
  pthread_mutex_unlock(&lock);
  return done;
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

static int sync_file(int fd, int (*real)(int)) {
  int file = file_of(fd);
  if (file == OTHER) return real(fd);
  if (getenv("RELASI_DISK_LIES")) return 0;
  pthread_mutex_lock(&lock);
  uint64_t before = noted;
  pthread_mutex_unlock(&lock);
  int done = real(fd);
  if (done == 0) {
    pthread_mutex_lock(&lock);
    note('S', file, before, "", 0);
    pthread_mutex_unlock(&lock);
  }
  return done;
}

int fsync(int fd) { return sync_file(fd, real_fsync); }

int fdatasync(int fd) { return sync_file(fd, real_fdatasync); }

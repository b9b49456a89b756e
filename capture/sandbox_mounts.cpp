// What programs of a sandbox see of the file system.
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <linux/mount.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "capture/sandbox_keeper.hpp"

namespace layerlab::capture::sandbox {
namespace {

namespace fs = std::filesystem;

constexpr unsigned long safe = MS_NOSUID | MS_NODEV;

// Folders of their own that programs may write to.
constexpr const char* scratch[] = {"/tmp", "/run", "/var/tmp", "/var/lib/dhcp"};
// Folders that are nobody's business.
constexpr const char* covered[] = {"/home", "/root", "/mnt", "/media", "/srv"};

std::string failed(std::string_view what) { return fmt::format("{}: {}", what, std::strerror(errno)); }

bool is_folder(const char* path) {
    struct stat s;
    return ::stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

bool write_new_file(const std::string& path, const std::string& contents) {
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755));
    return file && ::write(file.get(), contents.data(), contents.size()) == static_cast<ssize_t>(contents.size());
}

// Devices that every program expects, and no others.
std::string mount_devices() {
    const std::string place = "/run/dev";
    if (::mkdir(place.c_str(), 0755) != 0 ||
        ::mount("dev", place.c_str(), "tmpfs", MS_NOSUID, "mode=755,size=64k") != 0)
        return failed("/dev");
    for (const char* name : {"null", "zero", "full", "random", "urandom", "tty"}) {
        const std::string target = place + "/" + name, source = std::string("/dev/") + name;
        if (!write_new_file(target, {}) || ::mount(source.c_str(), target.c_str(), nullptr, MS_BIND, nullptr) != 0)
            return failed(source);
    }
    constexpr const char* links[][2] = {{"/proc/self/fd", "fd"},
                                        {"/proc/self/fd/0", "stdin"},
                                        {"/proc/self/fd/1", "stdout"},
                                        {"/proc/self/fd/2", "stderr"}};
    for (const auto& [to, name] : links) (void)::symlink(to, (place + "/" + name).c_str());
    if (::mkdir((place + "/shm").c_str(), 01777) != 0 ||
        ::mount(place.c_str(), "/dev", nullptr, MS_BIND | MS_REC, nullptr) != 0 ||
        ::mount(nullptr, "/dev", nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID, nullptr) != 0 ||
        ::mount("shm", "/dev/shm", "tmpfs", safe, "mode=1777,size=16m") != 0)
        return failed("/dev");
    return {};
}

// Puts a file at its place: below /run as it is, elsewhere over what stands there. A link may lead into /run.
std::string place_file(const Sandbox::File& file, std::size_t number) {
    std::error_code ignored;
    const fs::path target = fs::weakly_canonical(file.path, ignored);
    if (target.string().rfind("/run/", 0) == 0) {
        fs::create_directories(target.parent_path(), ignored);
        return write_new_file(target, file.contents) ? std::string{} : failed(file.path);
    }
    const std::string own = fmt::format("/run/layerlab/{}", number);
    if (!write_new_file(own, file.contents) || ::mount(own.c_str(), target.c_str(), nullptr, MS_BIND, nullptr) != 0)
        return failed(file.path);
    return {};
}

}  // namespace

std::string mount_private_view(const std::vector<Sandbox::File>& files) {
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return failed("the file system");
    mount_attr read_only{};
    read_only.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID;
    if (::syscall(SYS_mount_setattr, AT_FDCWD, "/", AT_RECURSIVE, &read_only, sizeof read_only) != 0)
        return failed("a read-only file system") + "\nLinux 5.12 or later is needed";
    // A new /proc and /sys show this sandbox alone; where the kernel refuses them, nothing is shown.
    if (::mount("proc", "/proc", "proc", safe | MS_NOEXEC, nullptr) != 0 &&
        ::mount("proc", "/proc", "tmpfs", safe | MS_RDONLY, "size=4k") != 0)
        return failed("/proc");
    if (::mount("sysfs", "/sys", "sysfs", safe | MS_NOEXEC, nullptr) != 0 &&
        ::mount("sysfs", "/sys", "tmpfs", safe | MS_RDONLY, "size=4k") != 0)
        return failed("/sys");
    for (const char* folder : scratch)
        if (is_folder(folder) && ::mount("scratch", folder, "tmpfs", safe, "mode=1777,size=256m") != 0)
            return failed(folder);
    for (const char* folder : covered)
        if (is_folder(folder) && ::mount("covered", folder, "tmpfs", safe | MS_RDONLY, "size=4k") != 0)
            return failed(folder);
    if (const std::string wrong = mount_devices(); !wrong.empty()) return wrong;
    if (::mkdir("/run/layerlab", 0755) != 0) return failed("/run");
    for (std::size_t i = 0; i < files.size(); ++i)
        if (const std::string wrong = place_file(files[i], i); !wrong.empty()) return wrong;
    return {};
}

}  // namespace layerlab::capture::sandbox

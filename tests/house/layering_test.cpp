// The walls of the house: who may include whom, how long files may be, and that every unit has its test.
// The CMake targets say the first of these by what they link; this says it again by reading the #include lines.
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "tests/source_dir.hpp"

namespace layerlab {
namespace {

namespace fs = std::filesystem;

struct File {
    std::string path;  // from the root, with slashes
    std::vector<std::string> lines;
};

bool is_source(const fs::path& path) { return path.extension() == ".hpp" || path.extension() == ".cpp"; }

const std::vector<File>& sources() {
    static const std::vector<File> files = [] {
        std::vector<File> found;
        for (const char* top : {"proto", "capture", "sim", "viewer", "cli", "tests", "bench"}) {
            const fs::path root = fs::path(tests::source_dir) / top;
            if (!fs::exists(root)) continue;
            for (const auto& entry : fs::recursive_directory_iterator(root)) {
                if (!entry.is_regular_file() || !is_source(entry.path())) continue;
                File file{fs::relative(entry.path(), tests::source_dir).generic_string(), {}};
                std::ifstream in(entry.path());
                for (std::string line; std::getline(in, line);) file.lines.push_back(line);
                found.push_back(std::move(file));
            }
        }
        std::sort(found.begin(), found.end(), [](const File& a, const File& b) { return a.path < b.path; });
        return found;
    }();
    return files;
}

bool begins(const std::string& text, const std::string& front) { return text.compare(0, front.size(), front) == 0; }

// What stands between the quotes or angle brackets of an #include line; empty for other lines.
std::string included(const std::string& line) {
    if (!begins(line, "#include ") || line.size() < 12) return {};
    const std::size_t close = line.find(line[9] == '<' ? '>' : '"', 10);
    return close == std::string::npos ? std::string{} : line.substr(10, close - 10);
}

// A folder and the folders of ours that its files may include; its own is always among them.
struct Wall {
    const char* folder;
    std::vector<const char*> may_include;
};
const std::vector<Wall>& walls() {
    static const std::vector<Wall> table{
        {"proto/base/", {}},
        {"proto/wire/", {"proto/base/"}},
        {"proto/dissect/", {"proto/base/", "proto/wire/"}},
        {"proto/statistics/", {"proto/base/", "proto/wire/", "proto/dissect/"}},
        {"proto/rewrite/", {"proto/base/"}},
        {"proto/machine/", {"proto/base/", "proto/wire/", "proto/rewrite/"}},
        {"capture/", {"proto/"}},
        {"sim/kernel/", {"proto/"}},
        {"sim/net/", {"proto/", "sim/kernel/"}},
        {"sim/programs/", {"proto/", "sim/kernel/", "sim/net/"}},
        {"sim/pkt/", {"proto/", "sim/kernel/", "sim/net/"}},
        {"sim/crypto/", {"proto/", "sim/kernel/", "sim/net/", "sim/programs/"}},
        // The runner writes captures through capture's sinks; files are opened by the command line.
        {"sim/scenario/", {"proto/", "capture/", "sim/"}},
        {"viewer/model/", {"proto/", "capture/", "sim/"}},
        {"viewer/panels/", {"proto/", "capture/", "sim/", "viewer/model/"}},
        {"viewer/host/", {"proto/", "capture/", "sim/", "viewer/"}},
        {"cli/", {"proto/", "capture/", "sim/", "viewer/"}},
    };
    return table;
}

bool is_ours(const std::string& header) {
    for (const char* top : {"proto/", "capture/", "sim/", "viewer/", "cli/", "tests/", "bench/"})
        if (begins(header, top)) return true;
    return false;
}

TEST(Layering, FoldersIncludeOnlyWhatLiesBelowThem) {
    for (const File& file : sources()) {
        const auto wall =
            std::find_if(walls().begin(), walls().end(), [&](const Wall& w) { return begins(file.path, w.folder); });
        if (wall == walls().end()) continue;
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            const std::string header = included(file.lines[i]);
            if (!is_ours(header) || begins(header, wall->folder)) continue;
            const bool allowed = std::any_of(wall->may_include.begin(), wall->may_include.end(),
                                             [&](const char* folder) { return begins(header, folder); });
            EXPECT_TRUE(allowed) << file.path << ":" << i + 1 << ": " << wall->folder << " must not include " << header;
        }
    }
}

// A header that only some folders may use.
struct Fenced {
    const char* header;  // or its front
    std::vector<const char*> allowed;
};

TEST(Layering, KeepsOutsideLibrariesInTheirPlaces) {
    const std::vector<Fenced> fences{
        {"pcap", {"capture/"}},
        {"tins/", {"capture/"}},
        {"net/", {"capture/"}},
        {"netinet/", {"capture/", "cli/packetdrill_"}},
        {"arpa/", {"capture/", "cli/packetdrill_"}},
        {"linux/", {"capture/", "cli/packetdrill_"}},
        {"sys/socket.h", {"capture/", "cli/packetdrill_"}},
        {"sys/ioctl.h", {"capture/", "cli/"}},
        {"unistd.h", {"capture/", "cli/", "viewer/"}},
        {"fcntl.h", {"capture/", "cli/", "viewer/"}},
        {"sys/", {"capture/", "cli/", "viewer/"}},
        {"imgui", {"viewer/"}},
        {"GLFW/", {"viewer/"}},
        {"GL/", {"viewer/"}},
        {"EGL/", {"viewer/"}},
        {"openssl/", {"sim/crypto/", "proto/rewrite/"}},
        {"sodium", {"sim/crypto/"}},
        {"CLI/", {"cli/"}},
        {"re2/", {"proto/", "sim/scenario/"}},
        {"zlib.h", {"proto/dissect/", "capture/"}},
        {"zstd.h", {"capture/"}},
    };
    for (const File& file : sources()) {
        if (begins(file.path, "tests/") || begins(file.path, "bench/")) continue;
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            const std::string header = included(file.lines[i]);
            if (header.empty() || is_ours(header)) continue;
            for (const Fenced& fence : fences) {
                if (!begins(header, fence.header)) continue;
                const bool allowed = std::any_of(fence.allowed.begin(), fence.allowed.end(),
                                                 [&](const char* folder) { return begins(file.path, folder); });
                // The model draws nothing, and panels know nothing of windows.
                const bool draws = begins(header, "imgui") || begins(header, "GL") || begins(header, "EGL");
                const bool is_window = begins(header, "GL") || begins(header, "EGL");
                const bool wrong =
                    (begins(file.path, "viewer/model/") && draws) || (begins(file.path, "viewer/panels/") && is_window);
                EXPECT_TRUE(allowed && !wrong) << file.path << ":" << i + 1 << ": must not include " << header;
                break;
            }
        }
    }
}

// What a compiler for the browser lacks, and what would make a run depend on anything but its input.
TEST(Layering, KeepsProtoAndSimFreeOfWhatTheyMustDoWithout) {
    const std::array<const char*, 10> headers{"regex",  "iostream", "ranges", "source_location", "memory_resource",
                                              "thread", "random",   "ctime",  "filesystem",      "fstream"};
    const std::array<const char*, 6> words{"std::bit_cast",     "std::jthread",
                                           "std::ranges::",     "std::chrono::system_clock",
                                           "steady_clock::now", "std::random_device"};
    for (const File& file : sources()) {
        if (!begins(file.path, "proto/") && !begins(file.path, "sim/")) continue;
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            const std::string& line = file.lines[i];
            for (const char* header : headers) EXPECT_NE(included(line), header) << file.path << ":" << i + 1;
            for (const char* word : words)
                EXPECT_EQ(line.find(word), std::string::npos) << file.path << ":" << i + 1 << ": " << word;
        }
    }
}

TEST(Layering, NamesProjectHeadersByTheirWholePath) {
    for (const File& file : sources())
        for (std::size_t i = 0; i < file.lines.size(); ++i)
            EXPECT_TRUE(!begins(file.lines[i], "#include \"") || is_ours(included(file.lines[i])))
                << file.path << ":" << i + 1 << ": " << file.lines[i];
}

TEST(House, KeepsFilesUnder600Lines) {
    ASSERT_GT(sources().size(), 20u);
    for (const File& file : sources())
        EXPECT_LE(file.lines.size(), 600u) << file.path << " is too long: split it by what it is about";
}

// proto/wire/udp.cpp has tests/.../udp_test.cpp or udp_<part>_test.cpp.
TEST(House, GivesEveryUnitATestOfItsOwn) {
    std::vector<std::string> tests;
    for (const File& file : sources()) {
        const std::string name = fs::path(file.path).filename().generic_string();
        const std::string ending = "_test.cpp";
        if (begins(file.path, "tests/") && name.size() > ending.size() &&
            name.compare(name.size() - ending.size(), ending.size(), ending) == 0)
            tests.push_back(name.substr(0, name.size() - ending.size()) + "_");
    }
    for (const File& file : sources()) {
        if (!begins(file.path, "proto/") && !begins(file.path, "capture/") && !begins(file.path, "sim/")) continue;
        const fs::path path(file.path);
        if (path.extension() != ".cpp") continue;
        const std::string unit = path.stem().generic_string() + "_";
        const bool tested = std::any_of(tests.begin(), tests.end(), [&](const auto& t) { return begins(t, unit); });
        EXPECT_TRUE(tested) << file.path << " has no test of its own";
    }
}

TEST(House, BeginsEveryHeaderWithWhatItIs) {
    for (const File& file : sources()) {
        if (!begins(file.path, "proto/") && !begins(file.path, "capture/") && !begins(file.path, "sim/")) continue;
        if (file.path.substr(file.path.size() - 4) != ".hpp") continue;
        ASSERT_FALSE(file.lines.empty()) << file.path;
        EXPECT_TRUE(begins(file.lines[0], "// ")) << file.path << " does not say what it is";
        EXPECT_NE(std::find(file.lines.begin(), file.lines.end(), "#pragma once"), file.lines.end()) << file.path;
    }
}

}  // namespace
}  // namespace layerlab

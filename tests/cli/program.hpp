// Runs the built program as a user does, in a folder of its own.
#pragma once

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <iterator>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace layerlab::cli {

struct Ran {
    int status = -1;
    std::string text;  // standard output and error together
};

class TheProgram : public testing::Test {
  protected:
    void SetUp() override {
        std::string name = (std::filesystem::temp_directory_path() / "layerlab-cli-XXXXXX").string();
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        folder_ = name;
    }
    void TearDown() override {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    // The arguments as typed into a shell, in the test's folder. What is not redirected elsewhere comes back.
    Ran run(const std::string& arguments, const std::string& redirections = "2>&1") const {
        return sh(program() + ' ' + arguments + ' ' + redirections);
    }
    static std::string program() { return "'" + std::string(LAYERLAB_PROGRAM) + "'"; }
    // Another line of the shell, there too.
    Ran sh(const std::string& command) const {
        const std::string line = "cd '" + folder_.string() + "' && " + command + " </dev/null";
        Ran ran;
        std::FILE* pipe = popen(line.c_str(), "r");
        if (pipe == nullptr) return ran;
        char block[4096];
        for (std::size_t n; (n = std::fread(block, 1, sizeof block, pipe)) > 0;) ran.text.append(block, n);
        const int status = pclose(pipe);
        if (WIFEXITED(status)) ran.status = WEXITSTATUS(status);
        return ran;
    }
    void write(const std::string& name, const std::string& text) const {
        std::filesystem::create_directories((folder_ / name).parent_path());
        std::ofstream(folder_ / name, std::ios::binary) << text;
    }
    std::string read(const std::string& name) const {
        std::ifstream file(folder_ / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    // Exit status 2, and every text is in what it says.
    void expect_complaint(const std::string& arguments, const std::vector<std::string>& texts) const {
        const Ran ran = run(arguments);
        EXPECT_EQ(ran.status, 2) << arguments << '\n' << ran.text;
        for (const std::string& text : texts) EXPECT_THAT(ran.text, testing::HasSubstr(text)) << arguments;
    }

    std::filesystem::path folder_;
};

}  // namespace layerlab::cli

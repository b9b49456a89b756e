// Runs a part of a test in a child with a network namespace of its own, where it may make interfaces.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <gtest/gtest.h>
#include <sched.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace layerlab::capture::test {

// What the child's assertions say is printed. The test is skipped where namespaces, or the lines of the shell that
// prepare them, are refused.
template <class Part>
void in_own_network(const std::string& preparation, const Part& part) {
    const pid_t child = ::fork();
    if (child == 0) {
        const bool is_apart = ::unshare(::geteuid() == 0 ? CLONE_NEWNET : CLONE_NEWUSER | CLONE_NEWNET) == 0;
        if (!is_apart || std::system(preparation.c_str()) != 0) ::_exit(77);
        part();
        std::fflush(nullptr);
        ::_exit(testing::Test::HasFailure() ? 1 : 0);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) GTEST_SKIP() << "namespaces or veth pairs cannot be made here";
    EXPECT_EQ(status, 0) << "what has failed is said above";
}

}  // namespace layerlab::capture::test

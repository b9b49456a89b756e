#include "cli/complain.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <fmt/format.h>
#include <iostream>
#include <system_error>

#include "cli/subcommands.hpp"

namespace layerlab::cli {

int complain(const proto::Error& error) {
    std::string text = fmt::format("layerlab: {}\n", error.message);
    if (!error.hint.empty()) text += fmt::format("hint: {}\n", error.hint);
    (void)std::fwrite(text.data(), 1, text.size(), stderr);  // where else should it be said that this fails
    return wrong_input;
}

void hold_standard_streams() {
    // Standard input and output are opened the wrong way round, so that using them is an error still.
    for (const int fd : {0, 1, 2})
        if (::fcntl(fd, F_GETFD) == -1 && errno == EBADF) (void)::open("/dev/null", fd == 1 ? O_RDONLY : O_WRONLY);
}

void flush_standard_output() {
    if (std::fflush(stdout) != 0) throw std::system_error(errno, std::generic_category());
    std::cout.flush();
    if (std::ferror(stdout) != 0 || std::cout.fail()) throw std::system_error(EIO, std::generic_category());
}

}  // namespace layerlab::cli

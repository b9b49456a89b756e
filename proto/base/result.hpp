// What can fail because of input returns a Result; what only a bug can break is an assertion.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace layerlab::proto {

// One sentence that says what is wrong, and one that says what helps (may be empty).
struct Error {
    std::string message;
    std::string hint;

    friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(std::string message, std::string hint = {}) {
    return tl::unexpected<Error>(Error{std::move(message), std::move(hint)});
}

}  // namespace layerlab::proto

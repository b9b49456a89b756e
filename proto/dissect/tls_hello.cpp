// Client and server hellos and their extensions.
#include "proto/dissect/tls.hpp"

namespace layerlab::proto::dissect {

namespace {

using F = TlsFields;

template <class T>
void keep(std::vector<T>& list, std::uint64_t value) {
    if (list.size() < TlsHello::most) list.push_back(static_cast<T>(value));
}

void add_names(Cursor& in, TlsHello& hello) {
    if (in.left() == 0) return;
    in.add(F::names_length, 2);
    in.add(F::name_type, 1);
    const std::size_t size = in.add(F::name_length, 2);
    if (in.ok()) in.add(F::name, size);
    hello.has_name = true;
}

void add_alpn(Context& c, Cursor& in, TlsHello& hello) {
    in.add(F::alpn_length, 2);
    if (in.left() == 0) return;
    c.add(F::alpn_list, in.rest());
    const auto deeper = c.indent();
    while (in.left() > 0) {
        const std::size_t size = in.add(F::alpn_text_length, 1);
        if (hello.first_alpn.empty()) hello.first_alpn = as_text(in.here(size));
        in.add(F::alpn, size);
    }
}

void add_groups(Context& c, Cursor& in, TlsHello& hello) {
    in.add(F::groups_length, 2);
    if (in.left() == 0) return;
    c.add(F::groups, in.rest());
    const auto deeper = c.indent();
    while (in.left() > 0) keep(hello.groups, in.add(F::group, 2));
}

void add_points(Context& c, Cursor& in, TlsHello& hello) {
    in.add(F::points_length, 1);
    if (in.left() == 0) return;
    c.add(F::points, in.rest());
    const auto deeper = c.indent();
    while (in.left() > 0) keep(hello.points, in.add(F::point, 1));
}

void add_algorithms(Context& c, Cursor& in, TlsHello& hello) {
    in.add(F::algorithms_length, 2);
    if (in.left() == 0) return;
    c.add(F::algorithms, in.rest());
    const auto deeper = c.indent();
    while (in.left() > 0) {
        const Bytes where = in.here(2);
        keep(hello.algorithms, in.add(F::algorithm, 2));
        if (!in.ok()) return;
        const auto parts = c.indent();
        c.add(F::algorithm_hash, where.first(1));
        c.add(F::algorithm_signature, where.subspan(1));
    }
}

void add_versions(Cursor& in, TlsHello& hello) {
    if (hello.is_client) in.add(F::versions_length, 1);
    while (in.left() > 0) keep(hello.versions, in.add(F::supported_version, 2));
}

void add_shares(Cursor& in, const TlsHello& hello) {
    if (hello.is_client) in.add(F::shares_length, 2);
    if (!hello.is_client && in.left() == 2) {
        in.add(F::selected_group, 2);  // of a hello retry request
        return;
    }
    while (in.left() > 0) {
        in.add(F::share_group, 2);
        const std::size_t size = in.add(F::share_length, 2);
        if (in.ok() && size > 0) in.add(F::share, size);
    }
}

void add_extension(Context& c, unsigned type, Bytes value, TlsHello& hello) {
    Cursor in(c, value);
    switch (type) {
        case 0: return add_names(in, hello);
        case 5:
            if (!value.empty()) in.add(F::status_type, 1);
            return;
        case 10: return add_groups(c, in, hello);
        case 11: return add_points(c, in, hello);
        case 13: return add_algorithms(c, in, hello);
        case 16: return add_alpn(c, in, hello);
        case 43: return add_versions(in, hello);
        case 51: return add_shares(in, hello);
        case 65281: in.add(F::renegotiation_length, 1); return;
        case 23: return;  // extended master secret: nothing to show
        default:
            if (!value.empty()) c.add(F::extension_data, value);
    }
}

void add_extensions(Context& c, Cursor& in, TlsHello& hello) {
    if (in.left() == 0) return;
    const std::size_t size = in.add(F::extensions_length, 2);
    Cursor list(c, in.bytes(size));
    while (list.left() > 0) {
        const auto deeper = c.indent();
        const auto type = static_cast<unsigned>(list.add(F::extension, 2));
        const std::size_t length = list.add(F::extension_length, 2);
        const Bytes value = list.bytes(length);
        if (!list.ok()) return;
        keep(hello.extensions, type);
        add_extension(c, type, value, hello);
    }
}

}  // namespace

void add_tls_hello(Context& c, Bytes body, TlsHello& hello) {
    Cursor in(c, body);
    hello.version = static_cast<std::uint16_t>(in.add(F::hello_version, 2));
    in.add(F::random, 32);
    if (const std::size_t size = in.add(F::session_length, 1); size > 0) in.add(F::session, size);
    if (hello.is_client) {
        const std::size_t size = in.add(F::suites_length, 2);
        if (!in.want(size)) return;
        c.add(F::suites, in.here(size));
        {
            const auto deeper = c.indent();
            for (std::size_t left = size / 2; left > 0; --left) keep(hello.suites, in.add(F::suite, 2));
            in.skip(size % 2);
        }
        const std::size_t methods = in.add(F::methods_length, 1);
        if (!in.want(methods)) return;
        c.add(F::methods, in.here(methods));
        const auto deeper = c.indent();
        for (std::size_t left = methods; left > 0; --left) in.add(F::method, 1);
    } else {
        keep(hello.suites, in.add(F::suite, 2));
        in.add(F::method, 1);
    }
    add_extensions(c, in, hello);
}

}  // namespace layerlab::proto::dissect

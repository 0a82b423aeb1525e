//! Tests live in it/.

// SQLite's write-ahead log, written in large pieces.
//
// SQLite hands each page of a transaction to the system in two writes, 24 bytes of header and the page behind them; a night of a large district has some 75,000
// pages. Here they are gathered in memory while they follow each other, and go to the file some hundred thousand bytes at a time, written by another thread
// while SQLite goes on. Nothing is kept back beyond a commit: before it counts, SQLite syncs the log (synchronous=FULL), and before it is synced, all of it is
// written. Other connections read what is committed, and this one what is written: a page that is still gathered is written before it is read.
// What is rolled back is forgotten before anybody else may write: the database's own file is wrapped to hear when its writer ends.
#pragma once

namespace rollbook::store {

// The name under which SQLite finds it; known from the first call on. It passes everything on to what SQLite uses by default at that time.
char const* sqlite_log_vfs();

}  // namespace rollbook::store

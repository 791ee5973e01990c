//! The legal clock (L. 241/1990 art. 2) and the calendar of Italian holidays.

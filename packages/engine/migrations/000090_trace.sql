-- The W3C traceparent of who asked for a run, or had it go on: what carries it out is shown as part of that.
alter table run add column trace text;

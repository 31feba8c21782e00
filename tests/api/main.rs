//! The service as a portal sees it: a real server, asked over loopback. One file per resource.
#![cfg(test)]

mod access;
mod batch;
mod catalogue;
mod errors;
mod events;
mod health;
mod helpers;
mod hostile;
mod limits;
mod metrics;
mod offices;
mod portal;
mod reload;
mod screenings;

//! Every byte on the network has its type here.

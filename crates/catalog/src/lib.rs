//! The shipped vocabulary: skills, categories, places, languages, time zones.

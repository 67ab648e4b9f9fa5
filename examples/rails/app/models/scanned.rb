# What every ActiveStorage::Blob gets: uploads, and the pictures that are made of them.
module Scanned
  extend ActiveSupport::Concern

  STATUSES = {
    pending: "pending",         # no verdict yet
    clean: "clean",             # the only one that can be read
    infected: "infected",
    rejected: "rejected",       # a type that is not allowed, or content, name and Content-Type disagree
    unscannable: "unscannable", # encrypted, too large, or nothing can open it
    error: "error",             # the pipeline gave up; an operator starts it again, and then another verdict follows
    unreadable: "unreadable"    # one of the last three, which a message does not tell apart: see ScanVerdict
  }.freeze

  included do
    if Rails.gem_version < Gem::Version.new("7.0")
      enum({ scan_status: STATUSES, _prefix: :scan })
    else
      enum(:scan_status, STATUSES, prefix: :scan)
    end

    # Otherwise Rails reads the first 4 kB when a direct upload is attached, to detect its type, and gets 403.
    # s3-airlock compares the stored Content-Type with the content, so it can be relied on once the blob is clean.
    before_create { self.identified = true }
  end
end

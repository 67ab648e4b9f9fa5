# What one message of s3-airlock says about one object, in the dialect `airlock` or `s3-virusscan`.
class ScanVerdict
  STATUSES = {
    "CLEAN" => :clean, "INFECTED" => :infected, "REJECTED" => :rejected, "UNSCANNABLE" => :unscannable, "ERROR" => :error,
    # s3-virusscan: `no` is everything that is neither clean nor infected.
    "clean" => :clean, "infected" => :infected, "no" => :unreadable
  }.freeze

  S3_VIRUSSCAN = /\As3:\/\/[^\/]+\/(?<key>.+) (?<version>\S*) is (?<status>clean|infected|no), \w+ action executed\z/m

  attr_reader :scan_id, :key, :finding, :scanned_at

  # @return nil for a message about something else, such as the summary of a rescan
  def self.in(notification)
    said = from_text(notification) || from_json(notification)
    new(**said) if said && STATUSES.key?(said[:status])
  end

  # Attributes of a message are not signed, so only the text counts.
  def self.from_text(notification)
    found = S3_VIRUSSCAN.match(notification["Message"])
    return unless found
    { scan_id: notification["MessageId"], key: found[:key], status: found[:status], scanned_at: notification["Timestamp"] }
  end

  def self.from_json(notification)
    said = JSON.parse(notification["Message"])
    return unless said.is_a?(Hash)
    { scan_id: said["scanId"], key: said["key"], status: said["status"], finding: said["finding"],
      scanned_at: said["scanTime"], tagged: said["tagged"] }
  rescue JSON::ParserError
    nil
  end

  private_class_method :from_text, :from_json

  def initialize(scan_id:, key:, status:, scanned_at:, finding: nil, tagged: true)
    @scan_id, @key, @status, @finding, @tagged = scan_id, key, status, finding, tagged
    @scanned_at = Time.iso8601(scanned_at)
  end

  # An object without room for the tags stays unreadable, whatever the scan found.
  def status
    said = STATUSES.fetch(@status)
    said == :clean && !@tagged ? :unreadable : said
  end
end

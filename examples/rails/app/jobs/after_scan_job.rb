# What had to wait until a blob was clean.
class AfterScanJob < ApplicationJob
  def perform(blob)
    blob.analyze_later unless blob.analyzed?
    blob.attachments.each do |attachment|
      case attachment.record
      when Document then attachment.record.thumbnail.advance
      # The preview image of a blob: its variant comes next.
      when ActiveStorage::Blob then Thumbnail.new(attachment.record).advance
      end
    end
  end
end

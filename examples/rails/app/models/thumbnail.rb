# A small picture of a blob. Each picture is an object of its own with a scan of its own, and answers 403 until then:
# the variant of an image; of a PDF first the preview image, and then the variant of that.
class Thumbnail
  SIZE = { resize_to_limit: [200, 200] }.freeze

  def initialize(blob)
    @blob = blob
  end

  # @return its blob, once that can be read
  def shown
    return unless @blob.scan_clean?
    picture = @blob.variable? ? variant.image&.blob : of_preview&.shown
    picture if picture&.scan_clean?
  end

  # Makes the next picture. AfterScanJob comes again when that one is clean.
  def advance
    return unless @blob.scan_clean?
    if @blob.variable?
      variant.processed
    elsif of_preview
      of_preview.advance
    elsif @blob.previewable?
      make_preview
    end
  end

  private
    def variant
      @blob.variant(SIZE)
    end

    # Without a size, since Rails 7.2 and newer would make the variant at once, from what nobody may read yet. Rails 7.1
    # tries that in any case, after the preview image was stored.
    def make_preview
      @blob.preview({}).processed
    rescue Aws::S3::Errors::AccessDenied
      raise unless @blob.preview_image.attached?
    end

    def of_preview
      Thumbnail.new(@blob.preview_image.blob) if @blob.preview_image.attached?
    end
end

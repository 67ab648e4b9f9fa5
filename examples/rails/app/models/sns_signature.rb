require "base64"
require "net/http"
require "openssl"

# Whether SNS has signed a message, called as Aws::SNS::MessageVerifier of the gem aws-sdk-sns: take that one where you
# have the gem.
# https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
class SnsSignature
  class VerificationError < StandardError; end

  AWS_HOST = /\Asns\.[a-z0-9-]{3,}\.amazonaws\.com(\.cn)?\z/
  # By SignatureVersion; a topic has 1 unless it was set to 2.
  DIGESTS = { "1" => "SHA1", "2" => "SHA256" }.freeze
  SIGNED = %w[Message MessageId Subject SubscribeURL Timestamp Token TopicArn Type].freeze
  SECONDS = 5

  def self.instance
    @instance ||= new(certificate_host: Rails.configuration.x.sns_certificate_host)
  end

  # @param certificate_host host and port of another SNS than AWS's
  def initialize(certificate_host: nil)
    @certificate_host = certificate_host
    @keys = Concurrent::Map.new
  end

  # @raise VerificationError; an error of the network when the certificate cannot be had, so that SNS sends again
  def authenticate!(body)
    message = JSON.parse(body)
    digest = DIGESTS[message["SignatureVersion"]] or raise VerificationError, "unknown version of signature"
    key = public_key(URI(message["SigningCertURL"].to_s))
    signature = Base64.decode64(message["Signature"].to_s)
    return true if key.verify(OpenSSL::Digest.new(digest), signature, text_of(message))
    raise VerificationError, "the signature does not fit"
  rescue URI::InvalidURIError
    raise VerificationError, "the address of the certificate is none"
  end

  private
    def text_of(message)
      SIGNED.map { |name| "#{name}\n#{message[name]}\n" unless message[name].to_s.empty? }.join
    end

    def public_key(uri)
      raise VerificationError, "the certificate is not SNS's: #{uri}" unless of_sns?(uri)
      @keys.compute_if_absent(uri.to_s) { OpenSSL::X509::Certificate.new(download(uri)).public_key }
    end

    def of_sns?(uri)
      return false unless uri.scheme == "https" && uri.userinfo.nil? && uri.path.end_with?(".pem")
      @certificate_host ? "#{uri.host}:#{uri.port}" == @certificate_host : uri.port == 443 && AWS_HOST.match?(uri.host)
    end

    def download(uri)
      options = { use_ssl: true, open_timeout: SECONDS, read_timeout: SECONDS }
      answer = Net::HTTP.start(uri.host, uri.port, **options) { |http| http.get(uri.request_uri) }
      raise VerificationError, "there is no certificate: #{answer.code}" unless answer.is_a?(Net::HTTPSuccess)
      answer.body
    end
end
